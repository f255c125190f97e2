"""Where the search service and the indexer are: from the environment, or else from the registry's own settings."""

import base64
import collections
import os

from .compat import urlsplit

ServiceUrl = collections.namedtuple('ServiceUrl', ['scheme', 'host', 'port', 'path'])

SEARCH_URL = 'REGISTRY_INDEX_URL'
NOTIFICATIONS_URL = 'REGISTRY_INDEX_NOTIFICATIONS_URL'
AUTHORIZATION_FILE = 'REGISTRY_INDEX_AUTHORIZATION_FILE'
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


def read_authorization():
    """The header Authorization of searches; None where they are anonymous. The file is read again each time. Raises SettingsError.

    The file holds name:password, or the value of the header as it is: Basic ... or Bearer ...
    """
    path = os.environ.get(AUTHORIZATION_FILE)
    if not path:
        return None
    text = _content(path, AUTHORIZATION_FILE)
    if text.startswith(('Basic ', 'Bearer ')):
        value = text
    elif text.find(':') > 0:
        value = 'Basic ' + _base64(text)
    else:
        raise SettingsError('%s holds neither name:password nor Basic or Bearer with a credential' % AUTHORIZATION_FILE)
    if any(not ' ' <= char <= '~' for char in value):
        raise SettingsError('%s has characters that no header can have' % AUTHORIZATION_FILE)
    return value


def _content(path, name):
    try:
        with open(path) as source:
            return source.read().strip()
    except (IOError, OSError, ValueError) as error:
        raise SettingsError('%s cannot be read: %s' % (name, getattr(error, 'strerror', None) or 'it is no text'))


def _base64(text):
    data = text if isinstance(text, bytes) else text.encode('utf-8')
    encoded = base64.b64encode(data)
    return encoded if isinstance(encoded, str) else encoded.decode('ascii')


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
        token = _content(path, TOKEN_FILE)
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
    if url.username or url.password:
        why = 'set %s instead' % (AUTHORIZATION_FILE if name == SEARCH_URL else TOKEN)
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
