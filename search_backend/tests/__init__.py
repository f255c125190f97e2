import logging

logging.getLogger('registry_index_search').addHandler(logging.NullHandler())
logging.getLogger('registry_index_search').propagate = False
