"""A search service on loopback that answers as a test tells it to."""

import threading

try:
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from socketserver import ThreadingMixIn
except ImportError:
    from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer
    from SocketServer import ThreadingMixIn


class _Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # Clients hang up on purpose.


class Service(object):
    def __init__(self):
        self.requests = []
        # Bodies of what was posted.
        self.posted = []
        # Set by a test that has seen enough of an answer that would go on for ever.
        self.over = threading.Event()
        # Set when a client hung up in the middle of such an answer.
        self.hung_up = threading.Event()
        self.respond = json_of(b'{"results": []}')
        self._server = _Server(('127.0.0.1', 0), self._handler())
        self.url = 'http://127.0.0.1:%d' % self._server.server_address[1]
        thread = threading.Thread(target=self._server.serve_forever, kwargs={'poll_interval': 0.02})
        thread.daemon = True
        thread.start()

    def stop(self):
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def drip(self, write, piece):
        """Writes a little now and then until the client hangs up."""
        while not self.over.wait(0.05):
            try:
                write(piece)
            except Exception:
                self.hung_up.set()
                return

    def _handler(service):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                service.requests.append((self.path, dict(self.headers.items())))
                service.respond(self)

            def do_POST(self):
                service.posted.append(self.rfile.read(int(self.headers['Content-Length'])))
                service.requests.append((self.path, dict(self.headers.items())))
                service.respond(self)

            def log_message(self, *args):
                pass

        return Handler


def answer_of(status, body, headers=()):
    """What makes a service answer with these."""
    def respond(handler):
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header('Content-Length', str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
    return respond


def json_of(body):
    return answer_of(200, body, [('Content-Type', 'application/json')])
