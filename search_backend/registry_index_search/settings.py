"""Where the search service and the indexer are: from the environment, or else from the registry's own settings."""

import collections
import os

from .compat import urlsplit

ServiceUrl = collections.namedtuple('ServiceUrl', ['scheme', 'host', 'port', 'path'])

SEARCH_URL = 'REGISTRY_INDEX_URL'
NOTIFICATIONS_URL = 'REGISTRY_INDEX_NOTIFICATIONS_URL'
TOKEN = 'REGISTRY_INDEX_NOTIFICATIONS_TOKEN'
TOKEN_FILE = 'REGISTRY_INDEX_NOTIFICATIONS_TOKEN_FILE'


class SettingsError(Exception):
    """Says in one sentence what is wrong with the settings, without showing a secret in them."""


def service_url():
    """The service to ask, as a ServiceUrl. Raises SettingsError."""
    text = _setting(SEARCH_URL)
    if not text:
        raise SettingsError('REGISTRY_INDEX_URL is not set; it is the address of the search service')
    return parse(text)


def notifications_url():
    """Where hints are sent, as a ServiceUrl; None where no indexer wants any. Raises SettingsError."""
    text = _setting(NOTIFICATIONS_URL)
    if not text:
        return None
    url = parse(text, NOTIFICATIONS_URL)
    read_token()
    return url._replace(path=url.path or '/notifications')


def read_token():
    """What the indexer wants of who sends hints; a file is read again each time. Raises SettingsError."""
    path = os.environ.get(TOKEN_FILE)
    if path:
        try:
            with open(path) as source:
                token = source.read().strip()
        except (IOError, OSError) as error:
            raise SettingsError('%s cannot be read: %s' % (TOKEN_FILE, error.strerror))
    else:
        token = os.environ.get(TOKEN, '').strip()
    if not token:
        raise SettingsError('%s and %s are not set; one of them is the credential of the indexer' % (TOKEN, TOKEN_FILE))
    if any(not '!' <= char <= '~' for char in token):
        raise SettingsError('the credential of the indexer has characters that no header can have')
    return token


def parse(text, name=SEARCH_URL):
    """A ServiceUrl of a text such as http://search.registries.svc:8080. Raises SettingsError."""
    try:
        url = urlsplit(text)
        scheme, host, port = url.scheme, url.hostname, url.port
    except (AttributeError, TypeError, ValueError):
        raise SettingsError('%s is not a URL' % name)
    if scheme not in ('http', 'https') or not host:
        raise SettingsError('%s must begin with http:// or https:// and a host' % name)
    # Whoever searches through the registry has shown no credentials, so none are shown for him.
    if url.username or url.password:
        why = 'the service is asked anonymously' if name == SEARCH_URL else 'set %s instead' % TOKEN
        raise SettingsError('%s must not hold credentials: %s' % (name, why))
    return ServiceUrl(scheme, host, port, url.path.rstrip('/'))


def _setting(name):
    return os.environ.get(name) or _from_registry(name.lower())


def _from_registry(name):
    """The setting in the flavor that the registry runs with; None where there is no registry around us."""
    try:
        from docker_registry.lib import config
    except ImportError:
        return None
    return getattr(config.load(), name, None)
