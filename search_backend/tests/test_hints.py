import json
import logging
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import types
import unittest

from registry_index_search import Index, hints
from registry_index_search.settings import SettingsError, notifications_url, read_token

from .service import Service, answer_of
from .test_index import Lines

LONG_SECONDS = 60
ACCEPTED = answer_of(202, b'')
VARIABLES = ('REGISTRY_INDEX_URL', 'REGISTRY_INDEX_NOTIFICATIONS_URL', 'REGISTRY_INDEX_NOTIFICATIONS_TOKEN',
             'REGISTRY_INDEX_NOTIFICATIONS_TOKEN_FILE')


class HintsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.service = Service()
        self.service.respond = ACCEPTED
        os.environ['REGISTRY_INDEX_NOTIFICATIONS_URL'] = self.service.url
        os.environ['REGISTRY_INDEX_NOTIFICATIONS_TOKEN'] = 'hush'
        self.kept = hints.GATHER_SECONDS, hints.RETRY_SECONDS, hints.MAX_WAITING
        hints.GATHER_SECONDS, hints.RETRY_SECONDS = 0.05, (0.01, 0.02)
        self.lines = Lines()
        logging.getLogger('registry_index_search').addHandler(self.lines)

    def tearDown(self):
        logging.getLogger('registry_index_search').removeHandler(self.lines)
        self.service.stop()
        hints.GATHER_SECONDS, hints.RETRY_SECONDS, hints.MAX_WAITING = self.kept
        for name in VARIABLES:
            os.environ.pop(name, None)
        for name in ('docker_registry', 'docker_registry.lib', 'docker_registry.lib.signals'):
            sys.modules.pop(name, None)
        shutil.rmtree(self.folder)

    def until(self, holds):
        end = time.time() + LONG_SECONDS
        while not holds():
            self.assertLess(time.time(), end)
            time.sleep(0.01)

    def threads(self):
        return len([thread for thread in threading.enumerate() if thread.name == 'registry-index-hints'])

    def told(self):
        """What the service was told, once for each repository and tag."""
        events = [event for body in list(self.service.posted) for event in json.loads(body.decode('utf-8'))['events']]
        return sorted(set((e['action'], e['target']['repository'], e['target'].get('tag', '')) for e in events))

    def push(self, index, repository='a', tag='latest'):
        index._handle_tag_created(None, namespace='team', repository=repository, tag=tag, value='id')

    def test_with_a_name_that_is_no_text_hold_back_no_others(self):
        index = Index()
        index._handle_tag_created(None, 'team', u'app', b'\xff')
        index._handle_tag_created(None, 'team', u'app', u'v1')
        self.until(lambda: self.told() == [('push', 'team/app', 'v1')])

    def test_tell_the_indexer_of_all_that_a_registry_does(self):
        index = Index()
        self.push(index, 'a')
        index._handle_repository_created(None, namespace='team', repository='b', value=[])
        index._handle_repository_updated(None, namespace='deep', repository='er%2Fname', value=[])
        index._handle_repository_deleted(None, namespace='team', repository='c')
        index._handle_tag_deleted(None, namespace='team', repository='d', tag='old', image='id')
        expected = [('delete', 'team/c', ''), ('delete', 'team/d', 'old'), ('push', 'deep/er/name', ''),
                    ('push', 'team/a', 'latest'), ('push', 'team/b', '')]
        self.until(lambda: self.told() == expected)

    def test_are_sent_with_the_credential_to_the_notifications_of_the_indexer(self):
        self.push(Index())
        self.until(lambda: self.service.requests)
        path, headers = self.service.requests[0]
        self.assertEqual(path, '/notifications')
        self.assertEqual([value for name, value in headers.items() if name.lower() == 'authorization'], ['Bearer hush'])

    def test_are_connected_to_the_signals_of_the_registry(self):
        connected = []
        signals = types.ModuleType('docker_registry.lib.signals')
        for name in ('tag_created', 'tag_deleted'):
            signal = types.ModuleType(name)
            signal.connect = connected.append
            setattr(signals, name, signal)
        lib = types.ModuleType('docker_registry.lib')
        lib.signals = signals
        sys.modules.update({
            'docker_registry': types.ModuleType('docker_registry'),
            'docker_registry.lib': lib,
            'docker_registry.lib.signals': signals,
        })
        hints.Hints.add, add = lambda *args: None, hints.Hints.add
        try:
            index = Index()
        finally:
            hints.Hints.add = add
        self.assertEqual(connected, [index._handle_tag_created, index._handle_tag_deleted])

    def test_about_one_tag_become_one(self):
        hints.GATHER_SECONDS = 0.5
        index = Index()
        for _ in range(1000):
            self.push(index)
        self.until(lambda: self.service.posted)
        self.assertEqual(len(json.loads(self.service.posted[0].decode('utf-8'))['events']), 1)

    def test_are_sent_again_until_the_indexer_takes_them(self):
        self.service.respond = answer_of(401, b'')
        index = Index()
        self.push(index)
        self.until(lambda: index._hints.failed > 2)
        self.service.respond = ACCEPTED
        self.until(lambda: not index._hints._waiting)
        self.assertEqual(self.told(), [('push', 'team/a', 'latest')])

    def test_that_fail_are_logged_once_a_minute(self):
        self.service.respond = answer_of(401, b'')
        index = Index()
        self.push(index)
        self.until(lambda: index._hints.failed > 10)
        said = [line for line in self.lines.texts if 'hints' in line]
        self.assertEqual(len(said), 1)
        self.assertIn('the indexer answered 401', said[0])
        self.assertEqual([line for line in self.lines.texts if 'hush' in line], [])

    def test_hold_no_push_while_the_indexer_hangs_and_wait_in_bounds(self):
        self.service.respond = lambda handler: self.service.over.wait(LONG_SECONDS)
        hints.MAX_WAITING = 10
        index = Index()
        self.push(index)
        self.until(lambda: self.service.posted)
        before = self.threads()
        for at in range(5000):
            self.push(index, 'r%d' % at)
        self.assertFalse(self.service.over.is_set())
        self.assertEqual(self.threads(), before)
        self.assertEqual((len(index._hints._waiting), index._hints.dropped), (10, 4990))

    def test_hold_no_push_while_nothing_listens_or_a_name_is_looked_up(self):
        released = threading.Event()
        resolve, socket.getaddrinfo = socket.getaddrinfo, lambda *args: released.wait(LONG_SECONDS)
        try:
            index = Index()
            for at in range(100):
                self.push(index, 'r%d' % at)
            self.assertFalse(released.is_set())
        finally:
            socket.getaddrinfo = resolve
            released.set()

    def test_are_none_where_no_indexer_wants_any(self):
        del os.environ['REGISTRY_INDEX_NOTIFICATIONS_URL']
        index = Index()
        self.push(index)
        self.assertIsNone(index._hints)

    def test_are_none_without_a_credential_and_the_registry_boots(self):
        del os.environ['REGISTRY_INDEX_NOTIFICATIONS_TOKEN']
        index = Index()
        self.push(index)
        self.assertIsNone(index._hints)
        self.assertIn('what is pushed is found by the resync alone: REGISTRY_INDEX_NOTIFICATIONS_TOKEN and '
                      'REGISTRY_INDEX_NOTIFICATIONS_TOKEN_FILE are not set; one of them is the credential of the indexer',
                      self.lines.texts)

    def test_go_on_after_a_fork(self):
        index = Index()
        self.push(index)
        self.until(lambda: self.told())
        index._hints._process = -1
        self.push(index, 'after')
        self.until(lambda: ('push', 'team/after', 'latest') in self.told())

    def test_take_a_credential_that_was_changed_in_its_file(self):
        path = os.path.join(self.folder, 'token')
        os.environ['REGISTRY_INDEX_NOTIFICATIONS_TOKEN_FILE'] = path
        self.assertRaises(SettingsError, read_token)
        for token in ('first', 'second'):
            with open(path, 'w') as target:
                target.write(token + '\n')
            self.assertEqual(read_token(), token)
        with open(path, 'w') as target:
            target.write('two\nlines')
        self.assertRaises(SettingsError, read_token)

    def test_go_to_the_address_that_is_named(self):
        os.environ['REGISTRY_INDEX_NOTIFICATIONS_URL'] = 'http://indexer:8080/index/notifications/'
        self.assertEqual(notifications_url(), ('http', 'indexer', 8080, '/index/notifications'))
        os.environ['REGISTRY_INDEX_NOTIFICATIONS_URL'] = 'http://me:hush@indexer'
        self.assertRaises(SettingsError, notifications_url)


if __name__ == '__main__':
    unittest.main()
