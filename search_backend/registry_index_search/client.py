"""One question to the search service, for which there is a second and not more."""

import json
import threading

from .compat import quote, text_type
from .exchange import Exchange

TIMEOUT_SECONDS = 1.0
# What docker shows at most; the registry does not pass on how many it was asked for.
MAX_RESULTS = 100
# Questions that were given up may hang a little longer, in the resolver for instance. So many do, and no more are asked.
MAX_UNDER_WAY = 32


class SearchError(Exception):
    """Says why there is no answer."""


class Client(object):
    def __init__(self, url, read_authorization=lambda: None):
        self._url = url
        self._read_authorization = read_authorization
        self._free = threading.BoundedSemaphore(MAX_UNDER_WAY)

    def search(self, term):
        """A list of {name, description} within TIMEOUT_SECONDS. Raises SearchError, or whatever the network raises."""
        if not self._free.acquire(False):
            raise SearchError('too many questions are still waiting for the search service')
        try:
            headers = self._headers()
        except Exception:
            self._free.release()
            raise
        question = Exchange(self._url, 'GET', _path(self._url, term), headers, done=self._free.release)
        status, body = question.answer(TIMEOUT_SECONDS)
        if status != 200:
            raise SearchError('the search service answered %d' % status)
        return _results_in(body)

    def _headers(self):
        """Whoever searches through the registry shows no credentials, so these are the registry's own."""
        authorization = self._read_authorization()
        return {'Accept': 'application/json'} if authorization is None else {
            'Accept': 'application/json', 'Authorization': authorization}


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
