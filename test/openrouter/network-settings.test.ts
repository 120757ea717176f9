import { describe, expect, test } from 'vitest';
import { chooseProxy, refuseInsecureTls } from '../../src/openrouter/network-settings.ts';

const SERVICE = 'https://openrouter.ai/api/v1';

describe('which proxy is used', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['none is set', {}, undefined],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://proxy.example.org:3128' }, 'http://proxy.example.org:3128/'],
    ['https_proxy', { https_proxy: 'http://proxy.example.org:3128' }, 'http://proxy.example.org:3128/'],
    ['Https_Proxy', { Https_Proxy: 'http://proxy.example.org:3128' }, 'http://proxy.example.org:3128/'],
    [
      'lower case wins',
      { https_proxy: 'http://a.example.org', HTTPS_PROXY: 'http://b.example.org' },
      'http://a.example.org/',
    ],
    ['an empty variable is unset', { https_proxy: '', HTTPS_PROXY: 'http://b.example.org' }, 'http://b.example.org/'],
    ['HTTP_PROXY where HTTPS_PROXY is not set', { HTTP_PROXY: 'http://a.example.org' }, 'http://a.example.org/'],
    ['without a scheme', { HTTPS_PROXY: 'proxy.example.org:3128' }, 'http://proxy.example.org:3128/'],
    [
      'NO_PROXY names the host',
      { HTTPS_PROXY: 'http://a.example.org', NO_PROXY: 'example.com, openrouter.ai' },
      undefined,
    ],
    ['no_proxy names the domain', { HTTPS_PROXY: 'http://a.example.org', no_proxy: '.OpenRouter.ai' }, undefined],
    ['NO_PROXY is *', { HTTPS_PROXY: 'http://a.example.org', NO_PROXY: '*' }, undefined],
    ['NO_PROXY names the port', { HTTPS_PROXY: 'http://a.example.org', NO_PROXY: 'openrouter.ai:443' }, undefined],
    [
      'NO_PROXY names another port',
      { HTTPS_PROXY: 'http://a.example.org', NO_PROXY: 'openrouter.ai:8443' },
      'http://a.example.org/',
    ],
    [
      'NO_PROXY names a part of the host',
      { HTTPS_PROXY: 'http://a.example.org', NO_PROXY: 'router.ai' },
      'http://a.example.org/',
    ],
  ])('%s', (_, env, proxy) => {
    expect(chooseProxy(SERVICE, env)?.href).toBe(proxy);
  });

  test('this machine is never reached through a proxy, which could read the unencrypted key', () => {
    const env = { HTTPS_PROXY: 'http://a.example.org', HTTP_PROXY: 'http://a.example.org' };
    expect(chooseProxy('http://127.0.0.1:4010/api/v1', env)).toBeUndefined();
  });

  test.each(['http://', 'socks5://a.example.org', 'ftp://a.example.org', 'http://me:100%@a.example.org'])(
    '%s is refused',
    (proxy) => {
      expect(() => chooseProxy(SERVICE, { HTTPS_PROXY: proxy })).toThrow(
        expect.objectContaining({ code: 'bad_proxy', exitCode: 2 }),
      );
    },
  );

  test('a proxy that cannot be read is refused without showing its password', () => {
    expect(() => chooseProxy(SERVICE, { HTTPS_PROXY: 'http://me:pass word@:x' })).toThrow(/^(?!.*pass word)/);
  });
});

describe('NODE_TLS_REJECT_UNAUTHORIZED', () => {
  test('0 is refused, for anyone on the line could read the key', () => {
    expect(() => refuseInsecureTls({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toThrow(
      expect.objectContaining({
        code: 'insecure_tls',
        exitCode: 2,
        hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
      }),
    );
  });

  test.each([{}, { NODE_TLS_REJECT_UNAUTHORIZED: '1' }])('%o is fine', (env) => {
    expect(() => refuseInsecureTls(env)).not.toThrow();
  });
});
