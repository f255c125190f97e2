import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable, redacted } from '../../../src/telemetry/untrusted-text.ts';
import { codePoint } from '../../support/code-point.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=';
const authorization = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123abcd${'0'.repeat(56)}`;

describe('a text of somebody else', () => {
  test('moves no cursor, sets no colour and hides nothing when it is shown', () => {
    expect(printable('\u001b]0;title\u0007\u001b[2J\u009b31mred\u202etxt.exe\u2066\u200b\r\nnext\u2028line', 100)).toBe(
      ']0;title [2J 31mredtxt.exe next line',
    );
  });

  test('is bounded, its last character whole', () => {
    expect(printable(`${'x'.repeat(8)}🐋🐋`, 10)).toBe(`${'x'.repeat(8)}…`);
    expect(printable('x'.repeat(10), 10)).toBe('x'.repeat(10));
  });

  test('has neither control nor format characters nor halves of one, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (text, length) => {
        const shown = printable(text, length);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(shown.length).toBeLessThanOrEqual(length);
      }),
    );
  });
});

describe('credentials that a server repeats', () => {
  test.each([
    `Authorization: ${authorization}`,
    `{"headers":{"authorization":"${authorization}","host":"s3"}}`,
    authorization,
    `GET / HTTP/1.1\r\nX-Amz-Security-Token: ${secret}\r\nHost: s3`,
    `/bucket?X-Amz-Credential=${secret}&X-Amz-Signature=${secret}`,
    `Proxy-Authorization: Basic ${secret}`,
    `the token Bearer ${secret} is unknown`,
    `Cookie: session=${secret}`,
    `x-api-key = ${secret}`,
    `aws_secret_access_key=${secret}`,
    `secretAccessKey: '${secret}'`,
    `password=${secret}`,
    `cannot reach https://user:${encodeURIComponent(secret)}@minio:9000/`,
  ])('are not in %j', (said) => {
    const words = redacted(said, 1_000);
    for (const piece of [secret, encodeURIComponent(secret), 'AKIAIOSFODNN7EXAMPLE', '0123abcd'])
      expect(words).not.toContain(piece);
    expect(words).toContain('[hidden]');
  });

  test.each([
    'secrets "aws" is forbidden: User "system:serviceaccount:a:b" cannot get resource "secrets" in API group ""',
    'RegistryIndex.registryindex.dev "x" is invalid: spec.bucket: Required value',
    'admission webhook "policy.example.com" denied the request: authentication is wanted, Basic or Bearer',
  ])('are not seen in %j', (said) => {
    expect(redacted(said, 1_000)).toBe(said);
  });

  test('are looked for in no more time than a text of that length takes', () => {
    for (const piece of ['x-', '//', 'x-token', 'secret_', 'Bearer ', 'authorization', ' '])
      expect(redacted(piece.repeat(100_000), 100).length).toBeLessThanOrEqual(100);
  });
});
