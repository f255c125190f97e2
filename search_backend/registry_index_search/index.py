"""The class that docker-registry makes one of in every worker."""

import logging

from .client import Client
from .settings import SettingsError, service_url

try:
    from docker_registry.lib.index import Index as Base
except ImportError:
    Base = object

logger = logging.getLogger(__name__)


class Index(Base):
    """Never raises and never waits, but for a search, and there a second at most.

    A worker whose Index() raises does not boot, and a handler that raises or is slow is a push that fails or is slow. So
    the index keeps out of pushes: what a push changed is read from the registry's storage, by others.
    """

    def __init__(self):
        self._client = None
        try:
            super(Index, self).__init__()
            url = service_url()
            self._client = Client(url)
            logger.info('searching is done by the service at %s://%s', url.scheme, url.host)
        except SettingsError as error:
            logger.warning('every search will find nothing: %s', error)
        except Exception as error:
            logger.warning('every search will find nothing: the settings cannot be read: %r', error)

    def results(self, search_term=None):
        """A list of {name, description}; an empty one whenever the search service does not give another in time."""
        if self._client is None:
            return []
        try:
            return self._client.search(search_term)
        except Exception as error:
            logger.warning('a search found nothing: %r', error)
            return []

    def _handle_repository_created(self, sender, namespace, repository, value):
        pass

    def _handle_repository_updated(self, sender, namespace, repository, value):
        pass

    def _handle_repository_deleted(self, sender, namespace, repository):
        pass
