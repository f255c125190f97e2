"""A search back end for docker-registry v1 that asks a registry-index search service.

The registry imports the module that SEARCH_BACKEND names and calls Index() in every worker:

    SEARCH_BACKEND=registry_index_search
    REGISTRY_INDEX_URL=http://my-registry-search.registries.svc:8080
"""

from .index import Index

__all__ = ['Index']
