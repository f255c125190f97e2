"""One question to the search service, for which there is a second and not more."""

import json
import socket
import threading
from contextlib import closing

from .compat import HTTPConnection, HTTPSConnection, quote, text_type

TIMEOUT_SECONDS = 1.0
MAX_BODY_BYTES = 1024 * 1024
# What docker shows at most; the registry does not pass on how many it was asked for.
MAX_RESULTS = 100
# Questions that were given up may hang a little longer, in the resolver for instance. So many do, and no more are asked.
MAX_UNDER_WAY = 32


class SearchError(Exception):
    """Says why there is no answer."""


class Client(object):
    def __init__(self, url):
        self._url = url
        self._free = threading.BoundedSemaphore(MAX_UNDER_WAY)

    def search(self, term):
        """A list of {name, description} within TIMEOUT_SECONDS. Raises SearchError, or whatever the network raises.

        No timeout of a socket bounds the whole of a request: each holds for one step, and none for the resolver. So the
        request is made in a thread, whom nobody waits for longer than that.
        """
        if not self._free.acquire(False):
            raise SearchError('too many questions are still waiting for the search service')
        question = _Question(self._url, _path(self._url, term), self._free.release)
        return _results_in(question.answer(TIMEOUT_SECONDS))


class _Question(object):
    """A GET whose answer is waited for no longer than asked; then its connection is cut."""

    def __init__(self, url, path, done):
        self._url = url
        self._path = path
        self._done = done
        self._finished = threading.Event()
        self._given_up = False
        self._socket = None
        self._body = None
        self._error = None

    def answer(self, timeout):
        thread = threading.Thread(target=self._run, name='registry-index-search')
        thread.daemon = True
        try:
            thread.start()
        except Exception:
            self._done()
            raise
        self._finished.wait(timeout)
        if self._finished.is_set():
            return self._body_or_raise()
        self._give_up()
        raise SearchError('the search service did not answer within %s s' % timeout)

    def _body_or_raise(self):
        if self._error is not None:
            raise self._error
        return self._body

    def _run(self):
        try:
            self._body = self._get()
        except Exception as error:
            self._error = error
        finally:
            self._done()
            self._finished.set()

    def _get(self):
        with closing(_connect(self._url)) as connection:
            connection.connect()
            with closing(_second_handle(connection.sock)) as self._socket:
                if self._given_up:
                    return None
                connection.request('GET', self._path, headers={'Accept': 'application/json', 'Connection': 'close'})
                with closing(connection.getresponse()) as response:
                    return _read(response)

    def _give_up(self):
        """Wakes the thread where it waits for bytes, however slowly they come."""
        self._given_up = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except Exception:
            pass  # Not connected yet, or closed already.


def _connect(url):
    connection = HTTPSConnection if url.scheme == 'https' else HTTPConnection
    return connection(url.host, url.port, timeout=TIMEOUT_SECONDS)


def _second_handle(connected):
    """Of the same connection: the first is closed by the response, which Python 2 goes on reading nevertheless."""
    return socket.fromfd(connected.fileno(), socket.AF_INET, socket.SOCK_STREAM)


def _read(response):
    if response.status != 200:
        raise SearchError('the search service answered %d' % response.status)
    body = response.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise SearchError('the answer of the search service is too long')
    return body


def _path(url, term):
    term = term.encode('utf-8') if isinstance(term, text_type) else term
    return '%s/v1/search?n=%d&q=%s' % (url.path, MAX_RESULTS, quote(term or b'', safe=''))


def _results_in(body):
    """What the registry wants of an answer's body. Raises SearchError or ValueError for anything unexpected."""
    answer = json.loads(body.decode('utf-8'))
    results = answer.get('results') if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise SearchError('the search service answered something else than results')
    return [_row(result) for result in results if _has_name(result)]


def _has_name(result):
    return isinstance(result, dict) and isinstance(result.get('name'), text_type)


def _row(result):
    description = result.get('description')
    return {'name': result['name'], 'description': description if isinstance(description, text_type) else u''}
