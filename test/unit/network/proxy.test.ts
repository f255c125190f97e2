import { describe, expect, test } from '@jest/globals';
import { parseNoProxy } from '../../../src/network/no-proxy.ts';
import { ProxyInvalid, proxiesFrom } from '../../../src/network/proxy.ts';

const askedThrough = (env: NodeJS.ProcessEnv, url: string) => proxiesFrom(env)?.proxyFor(new URL(url))?.href;
const isDirect = (noProxy: string, url: string) => parseNoProxy(noProxy)(new URL(url));

describe('a proxy is taken from the environment', () => {
  test.each([
    [
      'HTTPS_PROXY for https',
      { HTTPS_PROXY: 'http://proxy:3128' },
      'https://s3.eu-west-1.amazonaws.com/b',
      'http://proxy:3128/',
    ],
    ['HTTPS_PROXY not for http', { HTTPS_PROXY: 'http://proxy:3128' }, 'http://minio:9000/', undefined],
    ['HTTP_PROXY for http', { HTTP_PROXY: 'http://proxy:3128' }, 'http://minio:9000/', 'http://proxy:3128/'],
    ['HTTP_PROXY not for https', { HTTP_PROXY: 'http://proxy:3128' }, 'https://minio:9000/', undefined],
    ['lower case', { https_proxy: 'http://proxy:3128' }, 'https://minio/', 'http://proxy:3128/'],
    [
      'lower case before upper',
      { http_proxy: 'http://low:1', HTTP_PROXY: 'http://up:2' },
      'http://minio/',
      'http://low:1/',
    ],
    ['upper case where lower is empty', { http_proxy: '', HTTP_PROXY: 'http://up:2' }, 'http://minio/', 'http://up:2/'],
    [
      'a proxy without a scheme',
      { HTTP_PROXY: 'proxy.example.com:3128' },
      'http://minio/',
      'http://proxy.example.com:3128/',
    ],
    ['a proxy with a password', { HTTP_PROXY: 'http://me:p%40ss@proxy' }, 'http://minio/', 'http://me:p%40ss@proxy/'],
    ['a proxy that is asked by https', { HTTPS_PROXY: 'https://proxy' }, 'https://minio/', 'https://proxy/'],
    ['blanks only', { HTTPS_PROXY: '  ' }, 'https://minio/', undefined],
    ['nothing', {}, 'https://minio/', undefined],
    ['NO_PROXY in lower case', { HTTP_PROXY: 'http://proxy', no_proxy: 'minio' }, 'http://minio/', undefined],
  ])('%s', (_, env, url, proxy) => {
    expect(askedThrough(env, url)).toBe(proxy);
  });

  test.each(['socks5://me:secret@proxy', 'ftp://secret.proxy', 'http://', 'http://secret proxy', '://secret'])(
    '%j is no proxy, and is not quoted',
    (text) => {
      const read = () => proxiesFrom({ HTTPS_PROXY: text });
      expect(read).toThrow(ProxyInvalid);
      expect(read).toThrow(/^HTTPS_PROXY is not (?!.*secret)/);
    },
  );
});

describe('NO_PROXY names what is asked directly', () => {
  test.each([
    ['example.com', 'https://example.com/'],
    ['example.com', 'https://s3.example.com/'],
    ['.example.com', 'https://example.com/'],
    ['.example.com', 'https://a.s3.example.com/'],
    ['*.example.com', 'https://s3.example.com/'],
    ['EXAMPLE.com', 'https://S3.Example.Com/'],
    ['example.com.', 'https://example.com/'],
    ['example.com', 'https://example.com./'],
    ['bücher.example', 'https://xn--bcher-kva.example/'],
    ['.svc', 'http://minio.storage.svc:9000/'],
    ['cluster.local', 'http://minio.storage.svc.cluster.local:9000/'],
    ['*', 'https://anything/'],
    ['a, b.c ,minio', 'http://minio/'],
    ['a b minio', 'http://minio/'],
    ['minio:9000', 'http://minio:9000/'],
    ['minio:443', 'https://minio/'],
    ['minio:80', 'http://minio/'],
    ['*:9000', 'http://minio:9000/'],
    ['10.1.2.3', 'http://10.1.2.3:8000/'],
    ['10.1.2.3:8000', 'http://10.1.2.3:8000/'],
    ['10.0.0.0/8', 'http://10.1.2.3/'],
    ['10.200.0.1/8', 'http://10.1.2.3/'],
    ['0.0.0.0/0', 'http://10.1.2.3/'],
    ['10.1.*', 'http://10.1.2.3/'],
    ['fd00::1', 'http://[fd00:0:0::1]/'],
    ['[fd00::1]', 'http://[fd00::1]/'],
    ['[fd00::1]:8000', 'http://[fd00::1]:8000/'],
    ['fd00::/8', 'http://[fdab::7]:8000/'],
    ['', 'http://localhost:8000/'],
    ['', 'http://127.0.0.1:8000/'],
    ['', 'http://127.9.9.9/'],
    ['', 'http://[::1]:8000/'],
    ['', 'http://minio.localhost/'],
  ])('%j lets %s be asked directly', (noProxy, url) => {
    expect(isDirect(noProxy, url)).toBe(true);
  });

  test.each([
    ['', 'https://example.com/'],
    ['example.com', 'https://notexample.com/'],
    ['example.com', 'https://example.com.evil.org/'],
    ['*.example.com', 'https://example.com/'],
    ['s3.example.com', 'https://example.com/'],
    ['minio:9000', 'http://minio:9001/'],
    ['minio:80', 'https://minio/'],
    ['10.1.2.3', 'http://10.1.2.30/'],
    ['10.0.0.0/8', 'http://11.1.2.3/'],
    ['10.0.0.0/8', 'http://host-in-ten.example/'],
    ['10.0.0.0/33', 'http://10.1.2.3/'],
    ['fd00::/129', 'http://[fd00::1]/'],
    ['fd00::1', 'http://[fd00::2]/'],
    ['10.1.*', 'http://10.11.2.3/'],
    ['.', 'https://example.com/'],
    [',,', 'https://example.com/'],
    ['https://example.com', 'https://example.com/'],
    ['', 'http://localhost./'],
    ['', 'http://minio.localhost./'],
    ['', 'http://localhost.example.com/'],
  ])('%j does not let %s be asked directly', (noProxy, url) => {
    expect(isDirect(noProxy, url)).toBe(false);
  });
});
