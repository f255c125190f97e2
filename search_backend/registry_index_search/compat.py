"""What Python 2.7 and 3 call differently."""

try:
    from http.client import HTTPConnection, HTTPSConnection
    from urllib.parse import quote, unquote_plus, urlsplit
except ImportError:
    from httplib import HTTPConnection, HTTPSConnection
    from urllib import quote, unquote_plus
    from urlparse import urlsplit

text_type = type(u'')

__all__ = ['HTTPConnection', 'HTTPSConnection', 'quote', 'unquote_plus', 'urlsplit', 'text_type']
