"""One HTTP request whose answer is waited for no longer than asked; then its connection is cut.

No timeout of a socket bounds the whole of a request: each holds for one step, and none for the resolver. So the request
is made in a thread of its own, which is given up after that time.
"""

import socket
import threading
from contextlib import closing

from .compat import HTTPConnection, HTTPSConnection

# Of one step, such as connecting.
STEP_SECONDS = 1.0
MAX_BODY_BYTES = 1024 * 1024


class NoAnswer(Exception):
    """Says why there is no answer."""


class Exchange(object):
    def __init__(self, url, method, path, headers, body=None, done=lambda: None):
        """`done` is called when the thread ends, which may be later than `answer` returns."""
        self._url = url
        self._request = (method, path, body, dict(headers, Connection='close'))
        self._done = done
        self._finished = threading.Event()
        self._given_up = False
        self._socket = None
        self._answer = None
        self._error = None

    def answer(self, seconds):
        """Status and body. Raises NoAnswer, or whatever the network raises."""
        thread = threading.Thread(target=self._run, name='registry-index')
        thread.daemon = True
        try:
            thread.start()
        except Exception:
            self._done()
            raise
        self._finished.wait(seconds)
        if self._finished.is_set():
            if self._error is not None:
                raise self._error
            return self._answer
        self._give_up()
        raise NoAnswer('%s did not answer within %s s' % (self._url.host, seconds))

    def _run(self):
        try:
            self._answer = self._exchange()
        except Exception as error:
            self._error = error
        finally:
            self._done()
            self._finished.set()

    def _exchange(self):
        with closing(_connect(self._url)) as connection:
            connection.connect()
            with closing(_second_handle(connection.sock)) as self._socket:
                if self._given_up:
                    return None
                connection.request(*self._request)
                with closing(connection.getresponse()) as response:
                    return response.status, _read(response)

    def _give_up(self):
        """Wakes the thread where it waits for bytes, however slowly they come."""
        self._given_up = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except Exception:
            pass  # Not connected yet, or closed already.


def _connect(url):
    connection = HTTPSConnection if url.scheme == 'https' else HTTPConnection
    return connection(url.host, url.port, timeout=STEP_SECONDS)


def _second_handle(connected):
    """Of the same connection: the first is closed by the response, which Python 2 goes on reading nevertheless."""
    return socket.fromfd(connected.fileno(), socket.AF_INET, socket.SOCK_STREAM)


def _read(response):
    body = response.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise NoAnswer('the answer is too long')
    return body
