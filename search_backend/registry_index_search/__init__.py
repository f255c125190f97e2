"""A search back end for docker-registry v1 that asks a registry-index search service.

The registry imports the module that SEARCH_BACKEND names and calls Index() in every worker:

    SEARCH_BACKEND=registry_index_search
    REGISTRY_INDEX_URL=http://my-registry-search.registries.svc:8080

With these two it also tells the indexer what is pushed, so that it is found at once:

    REGISTRY_INDEX_NOTIFICATIONS_URL=http://my-registry-indexer.registries.svc:8080/notifications
    REGISTRY_INDEX_NOTIFICATIONS_TOKEN_FILE=/run/secrets/registry-token    # or REGISTRY_INDEX_NOTIFICATIONS_TOKEN
"""

from .index import Index

__all__ = ['Index']
