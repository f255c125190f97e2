import logging
import os
import sys
import types
import unittest

from registry_index_search import Index
from registry_index_search.settings import SettingsError, parse

from .service import Service


class Lines(logging.Handler):
    def __init__(self):
        logging.Handler.__init__(self)
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


class IndexTest(unittest.TestCase):
    def setUp(self):
        self.lines = Lines()
        logging.getLogger('registry_index_search').addHandler(self.lines)
        logging.getLogger('registry_index_search').setLevel(logging.INFO)

    def tearDown(self):
        logging.getLogger('registry_index_search').removeHandler(self.lines)
        os.environ.pop('REGISTRY_INDEX_URL', None)
        for name in ('docker_registry', 'docker_registry.lib', 'docker_registry.lib.config'):
            sys.modules.pop(name, None)

    def registry_with(self, load):
        """As if a registry were around us, whose settings are loaded so."""
        config = types.ModuleType('docker_registry.lib.config')
        config.load = load
        lib = types.ModuleType('docker_registry.lib')
        lib.config = config
        sys.modules.update({
            'docker_registry': types.ModuleType('docker_registry'),
            'docker_registry.lib': lib,
            'docker_registry.lib.config': config,
        })

    def test_is_also_there_under_the_name_of_the_original_module(self):
        from docker_registry_index import dynamodb
        self.assertIs(dynamodb.Index, Index)

    def test_without_settings_says_what_is_missing_and_finds_nothing(self):
        self.assertEqual(Index().results('a'), [])
        self.assertEqual(self.lines.texts, [
            'every search will find nothing: REGISTRY_INDEX_URL is not set; it is the address of the search service'])

    def test_says_whom_it_asks(self):
        os.environ['REGISTRY_INDEX_URL'] = 'http://search:8080'
        Index()
        self.assertEqual(self.lines.texts, ['searching is done by the service at http://search'])

    def test_boots_with_any_settings_and_shows_no_secret(self):
        for url in ('search:8080', 'http://', 'http://host:port', 'http://[', 'ftp://host', 'http://user:hush@host', ' '):
            os.environ['REGISTRY_INDEX_URL'] = url
            self.assertEqual(Index().results('a'), [])
        self.assertEqual([line for line in self.lines.texts if 'hush' in line], [])
        self.assertEqual(len(self.lines.texts), 7)

    def test_takes_the_url_from_the_settings_of_the_registry(self):
        service = Service()
        settings = types.ModuleType('settings')
        settings.registry_index_url = service.url
        self.registry_with(lambda: settings)
        Index().results('a')
        service.stop()
        self.assertEqual(len(service.requests), 1)

    def test_boots_where_the_settings_of_the_registry_cannot_be_read(self):
        def load():
            raise RuntimeError('no such flavor')
        self.registry_with(load)
        self.assertEqual(Index().results('a'), [])

    def test_keeps_out_of_pushes(self):
        service = Service()
        os.environ['REGISTRY_INDEX_URL'] = service.url
        index = Index()
        index._handle_repository_created(None, namespace='team', repository='a', value=[])
        index._handle_repository_updated(None, namespace='team', repository='a', value=[])
        index._handle_repository_deleted(None, namespace='team', repository='a')
        service.stop()
        self.assertEqual(service.requests, [])


class UrlTest(unittest.TestCase):
    def test_has_scheme_host_port_and_path(self):
        self.assertEqual(parse('http://search:8080'), ('http', 'search', 8080, ''))
        self.assertEqual(parse('https://search.example.com/index/'), ('https', 'search.example.com', None, '/index'))
        self.assertEqual(parse('http://[::1]:80/'), ('http', '::1', 80, ''))

    def test_must_be_one(self):
        for text in ('search', 'http://', 'http://host:port', 'ftp://host', 7, None):
            self.assertRaises(SettingsError, parse, text)


if __name__ == '__main__':
    unittest.main()
