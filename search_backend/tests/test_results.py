# -*- coding: utf-8 -*-
import os
import socket
import tempfile
import threading
import time
import unittest

from registry_index_search import Index, client, exchange

from .service import Service, answer_of, json_of

# A busy machine may take longer than a second for what ought to succeed.
LONG_SECONDS = 60


class ServiceTest(unittest.TestCase):
    timeout_seconds = LONG_SECONDS

    def setUp(self):
        self.service = Service()
        os.environ['REGISTRY_INDEX_URL'] = self.service.url
        self.timeout, client.TIMEOUT_SECONDS = client.TIMEOUT_SECONDS, self.timeout_seconds
        self.step, exchange.STEP_SECONDS = exchange.STEP_SECONDS, self.timeout_seconds

    def tearDown(self):
        self.service.stop()
        client.TIMEOUT_SECONDS = self.timeout
        exchange.STEP_SECONDS = self.step
        del os.environ['REGISTRY_INDEX_URL']


class ResultsTest(ServiceTest):
    def test_are_names_and_descriptions_in_the_order_of_the_service(self):
        self.service.respond = json_of(
            b'{"results": [{"name": "team/b", "description": "Text", "star_count": 0}, {"name": "a/a"}]}')
        self.assertEqual(Index().results('a'), [
            {'name': 'team/b', 'description': 'Text'},
            {'name': 'a/a', 'description': ''},
        ])

    def test_come_from_one_anonymous_question(self):
        Index().results(u'team/caf\xe9 & more')
        [(path, headers)] = self.service.requests
        self.assertEqual(path, '/v1/search?n=100&q=team%2Fcaf%C3%A9%20%26%20more')
        self.assertEqual([name for name in headers if name.lower() in ('authorization', 'cookie')], [])

    def test_come_with_the_credential_of_a_file_which_is_read_each_time(self):
        path = os.path.join(tempfile.mkdtemp(), 'authorization')
        os.environ['REGISTRY_INDEX_AUTHORIZATION_FILE'] = path
        index = Index()
        try:
            for content in ('eve:secr\n', 'Bearer abc.def', 'Basic ZXZlOnNlY3I='):
                with open(path, 'w') as target:
                    target.write(content)
                index.results('a')
            asked = len(self.service.requests)
            for content in ('', 'nonsense', 'Bearer a\nb', 'Basic a\x00b'):
                with open(path, 'w') as target:
                    target.write(content)
                self.assertEqual(index.results('a'), [])
            os.remove(path)
            self.assertEqual(index.results('a'), [])
        finally:
            del os.environ['REGISTRY_INDEX_AUTHORIZATION_FILE']
        sent = [{name.lower(): value for name, value in headers.items()}['authorization']
                for _, headers in self.service.requests]
        self.assertEqual(sent, ['Basic ZXZlOnNlY3I=', 'Bearer abc.def', 'Basic ZXZlOnNlY3I='])
        self.assertEqual(asked, 3)

    def test_are_asked_for_below_the_path_of_the_url(self):
        os.environ['REGISTRY_INDEX_URL'] = self.service.url + '/index/'
        for term in ('bytes', None):
            Index().results(term)
        self.assertEqual([path for path, _ in self.service.requests],
                         ['/index/v1/search?n=100&q=bytes', '/index/v1/search?n=100&q='])

    def test_are_none_after_an_answer_that_is_no_result(self):
        answers = {
            'an error': answer_of(500, b'{"results": [{"name": "a/a"}]}'),
            'a refusal': answer_of(401, b'{}'),
            'a redirection': answer_of(302, b'', [('Location', self.service.url + '/elsewhere')]),
            'no JSON': json_of(b'<html>'),
            'no text': json_of(b'\xff\xfe'),
            'no object': json_of(b'[]'),
            'no list': json_of(b'{"results": {"name": "a/a"}}'),
            'nothing': json_of(b''),
            'no name': json_of(b'{"results": [{"description": "x"}, "a/a", {"name": 1}, null]}'),
            'too much': json_of(b'{"results": [], "more": "' + b'x' * exchange.MAX_BODY_BYTES + b'"}'),
            'no HTTP': lambda handler: handler.wfile.write(b'\x15\x03\x01\x00\x02\x02\x16\r\n\r\n'),
        }
        index = Index()
        for what, respond in sorted(answers.items()):
            self.service.respond = respond
            self.assertEqual((what, index.results('a')), (what, []))
        self.assertEqual(len(self.service.requests), len(answers))

    def test_are_none_when_nobody_listens(self):
        index = Index()
        self.service.stop()
        self.assertEqual(index.results('a'), [])


class SlowServiceTest(ServiceTest):
    timeout_seconds = client.TIMEOUT_SECONDS

    def search_until_asked(self):
        """Nothing is found each time; on a busy machine a second may be over before the service was asked."""
        while not self.service.requests:
            self.assertEqual(Index().results('a'), [])

    def test_that_does_not_answer_is_not_waited_for(self):
        self.service.respond = lambda handler: self.service.over.wait(LONG_SECONDS)
        self.search_until_asked()
        self.assertFalse(self.service.over.is_set())

    def test_that_never_ends_its_headers_is_cut_off(self):
        def respond(handler):
            handler.wfile.write(b'HTTP/1.1 200 OK\r\n')
            self.service.drip(handler.connection.sendall, b'X-More: x\r\n')
        self.service.respond = respond
        self.search_until_asked()
        self.assertTrue(self.service.hung_up.wait(LONG_SECONDS))

    def test_that_never_ends_its_body_is_cut_off(self):
        def respond(handler):
            handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n')
            self.service.drip(handler.connection.sendall, b' ')
        self.service.respond = respond
        self.search_until_asked()
        self.assertTrue(self.service.hung_up.wait(LONG_SECONDS))


class ResolverTest(unittest.TestCase):
    """A resolver that hangs is bounded by nothing but the client itself."""

    def setUp(self):
        os.environ['REGISTRY_INDEX_URL'] = 'http://search.invalid:8080'
        self.released = threading.Event()
        self.asked = []
        self.resolve, socket.getaddrinfo = socket.getaddrinfo, self.hang
        self.limit, client.MAX_UNDER_WAY = client.MAX_UNDER_WAY, 2

    def tearDown(self):
        self.released.set()
        socket.getaddrinfo = self.resolve
        client.MAX_UNDER_WAY = self.limit
        del os.environ['REGISTRY_INDEX_URL']

    def hang(self, *args, **kwargs):
        self.asked.append(args)
        self.released.wait(LONG_SECONDS)
        raise socket.gaierror('not found')

    def test_does_not_hold_a_search(self):
        self.assertEqual(Index().results('a'), [])
        self.assertFalse(self.released.is_set())

    def test_is_not_asked_by_more_and_more_threads(self):
        index = Index()
        while len(self.asked) < 2:
            self.assertEqual(index.results('a'), [])
        self.assertEqual(index.results('a'), [])
        self.assertEqual(len(self.asked), 2)
        self.released.set()
        while len(self.asked) == 2:
            index.results('a')
            time.sleep(0.01)


if __name__ == '__main__':
    unittest.main()
