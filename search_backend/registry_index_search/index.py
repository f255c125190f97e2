"""The class that docker-registry makes one of in every worker."""

import logging

from .client import Client
from .compat import unquote_plus
from .hints import Hints
from .settings import SettingsError, notifications_url, read_authorization, read_token, service_url

try:
    from docker_registry.lib.index import Index as Base
except ImportError:
    Base = object

logger = logging.getLogger(__name__)


class Index(Base):
    """Never raises and never waits, but for a search, and there a second at most.

    A worker whose Index() raises does not boot, and a handler that raises or is slow is a push that fails or is slow. So
    the index keeps out of pushes: what a push changed is read from the registry's storage, by the indexer, which is told
    where to look by a thread of its own.
    """

    def __init__(self):
        self._client = None
        self._hints = None
        try:
            super(Index, self).__init__()
            url = service_url()
            self._client = Client(url, read_authorization)
            logger.info('searching is done by the service at %s://%s', url.scheme, url.host)
        except SettingsError as error:
            logger.warning('every search will find nothing: %s', error)
        except Exception as error:
            logger.warning('every search will find nothing: the settings cannot be read: %r', error)
        try:
            self._send_hints()
        except SettingsError as error:
            logger.warning('what is pushed is found by the resync alone: %s', error)
        except Exception as error:
            logger.warning('what is pushed is found by the resync alone: the settings cannot be read: %r', error)

    def _send_hints(self):
        url = notifications_url()
        if url is None:
            return
        self._hints = Hints(url, read_token)
        logger.info('what is pushed is told to the indexer at %s://%s', url.scheme, url.host)
        try:
            from docker_registry.lib import signals
        except ImportError:
            return
        signals.tag_created.connect(self._handle_tag_created)
        signals.tag_deleted.connect(self._handle_tag_deleted)

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
        self._hint('push', namespace, repository)

    def _handle_repository_updated(self, sender, namespace, repository, value):
        self._hint('push', namespace, repository)

    def _handle_repository_deleted(self, sender, namespace, repository):
        self._hint('delete', namespace, repository)

    def _handle_tag_created(self, sender, namespace, repository, tag, **more):
        self._hint('push', namespace, repository, tag)

    def _handle_tag_deleted(self, sender, namespace, repository, tag, **more):
        self._hint('delete', namespace, repository, tag)

    def _hint(self, action, namespace, repository, tag=None):
        """The registry escapes slashes in what follows the namespace."""
        if self._hints is None:
            return
        try:
            self._hints.add(action, '%s/%s' % (namespace, unquote_plus(repository)), tag)
        except Exception as error:
            logger.warning('a hint to the indexer is lost: %r', error)
