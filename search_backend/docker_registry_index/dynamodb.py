"""The name under which docker-registry-index-dynamodb was set up. There is no DynamoDB in here any more."""

from registry_index_search import Index

__all__ = ['Index']
