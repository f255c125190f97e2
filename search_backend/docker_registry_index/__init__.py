"""The package of docker-registry-index-dynamodb, so that a registry set up for it needs no other SEARCH_BACKEND."""
