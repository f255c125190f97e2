"""Hints to the indexer, which then looks at once at what a push has changed. Nothing in a push waits for them."""

import collections
import json
import logging
import os
import threading
import time

from .exchange import Exchange

logger = logging.getLogger(__name__)

# Repositories and tags that wait to be sent. What comes beyond them is dropped, and found by the resync.
MAX_WAITING = 1000
MAX_IN_REQUEST = 200
# The registry writes the time of a tag after it has said that the tag is there. Hints about one tag become one meanwhile.
GATHER_SECONDS = 0.5
TIMEOUT_SECONDS = 5.0
RETRY_SECONDS = (1, 30)
LOG_SECONDS = 60


class Hints(object):
    """Sent by a thread of its own, which begins with the first."""

    def __init__(self, url, read_token):
        """`url` is that of the indexer's notifications; `read_token()` gives its credential, anew for each request."""
        self._url = url
        self._read_token = read_token
        self._lock = threading.Lock()
        self._wakeup = threading.Event()
        self._waiting = collections.OrderedDict()
        self._thread = None
        self._process = None
        self.dropped = 0
        self.failed = 0
        self._reason = None
        self._logged_at = None

    def add(self, action, repository, tag=None):
        """`action` is push or delete; without a tag, anything in the repository may have changed. Never waits.

        Raises for names that are no text: what cannot be sent would hold back all others for ever.
        """
        json.dumps(_event((repository, tag), action))
        with self._lock:
            key = (repository, tag)
            if key not in self._waiting and len(self._waiting) >= MAX_WAITING:
                self.dropped += 1
                self._reason = 'too many wait to be sent'
                return
            self._waiting[key] = action
            self._ensure_thread()
        self._wakeup.set()

    def _ensure_thread(self):
        """A fork has none of the threads of its parent."""
        if self._thread is not None and self._thread.is_alive() and self._process == os.getpid():
            return
        self._process = os.getpid()
        self._thread = threading.Thread(target=self._run, name='registry-index-hints')
        self._thread.daemon = True
        self._thread.start()

    def _run(self):
        wait = RETRY_SECONDS[0]
        while True:
            self._wakeup.wait()
            self._wakeup.clear()
            time.sleep(GATHER_SECONDS)
            while self._waiting:
                try:
                    self._send_some()
                    wait = RETRY_SECONDS[0]
                except Exception as error:
                    self._count_failure(error)
                    time.sleep(wait)
                    wait = min(2 * wait, RETRY_SECONDS[1])
                self._log_failures()

    def _send_some(self):
        """What was sent leaves what waits, unless it was added once more meanwhile."""
        with self._lock:
            sent = list(self._waiting.items())[:MAX_IN_REQUEST]
            for key, _ in sent:
                del self._waiting[key]
        try:
            self._post(sent)
        except Exception:
            with self._lock:
                for key, action in sent:
                    self._waiting.setdefault(key, action)
            raise

    def _post(self, hints):
        body = json.dumps({'events': [_event(key, action) for key, action in hints]}).encode('utf-8')
        headers = {'Content-Type': 'application/json', 'Authorization': 'Bearer %s' % self._read_token()}
        status, _ = Exchange(self._url, 'POST', self._url.path, headers, body).answer(TIMEOUT_SECONDS)
        if not 200 <= status < 300:
            raise ValueError('the indexer answered %d' % status)

    def _count_failure(self, error):
        self.failed += 1
        self._reason = str(error) or repr(error)

    def _log_failures(self):
        """Once a minute at most."""
        now = time.time()
        if self._reason is None or (self._logged_at is not None and 0 <= now - self._logged_at < LOG_SECONDS):
            return
        self._logged_at = now
        logger.warning('hints to the indexer: %d requests failed and %d hints were dropped since the start, last: %s',
                       self.failed, self.dropped, self._reason)
        self._reason = None


def _event(key, action):
    repository, tag = key
    target = {'repository': repository}
    if tag is not None:
        target['tag'] = tag
    return {'action': action, 'target': target}
