"""Where the search service is: REGISTRY_INDEX_URL, or else registry_index_url of the registry's own settings."""

import collections
import os

from .compat import urlsplit

ServiceUrl = collections.namedtuple('ServiceUrl', ['scheme', 'host', 'port', 'path'])


class SettingsError(Exception):
    """Says in one sentence what is wrong with the settings, without showing a secret in them."""


def service_url():
    """The service to ask, as a ServiceUrl. Raises SettingsError."""
    text = os.environ.get('REGISTRY_INDEX_URL') or _from_registry()
    if not text:
        raise SettingsError('REGISTRY_INDEX_URL is not set; it is the address of the search service')
    return parse(text)


def parse(text):
    """A ServiceUrl of a text such as http://search.registries.svc:8080. Raises SettingsError."""
    try:
        url = urlsplit(text)
        scheme, host, port = url.scheme, url.hostname, url.port
    except (AttributeError, TypeError, ValueError):
        raise SettingsError('REGISTRY_INDEX_URL is not a URL')
    if scheme not in ('http', 'https') or not host:
        raise SettingsError('REGISTRY_INDEX_URL must begin with http:// or https:// and a host')
    # Whoever searches through the registry has shown no credentials, so none are shown for him.
    if url.username or url.password:
        raise SettingsError('REGISTRY_INDEX_URL must not hold credentials: the service is asked anonymously')
    return ServiceUrl(scheme, host, port, url.path.rstrip('/'))


def _from_registry():
    """The setting in the flavor that the registry runs with; None where there is no registry around us."""
    try:
        from docker_registry.lib import config
    except ImportError:
        return None
    return config.load().registry_index_url
