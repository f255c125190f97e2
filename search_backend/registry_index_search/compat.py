"""What Python 2.7 and 3 call differently."""

try:
    from http.client import HTTPConnection, HTTPSConnection
    from urllib.parse import quote, urlsplit
except ImportError:
    from httplib import HTTPConnection, HTTPSConnection
    from urllib import quote
    from urlparse import urlsplit

text_type = type(u'')

__all__ = ['HTTPConnection', 'HTTPSConnection', 'quote', 'urlsplit', 'text_type']
