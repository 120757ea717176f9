import { describe, expect, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { checkBaseUrl } from '../../src/openrouter/base-url.ts';

describe('where the management key may go', () => {
  test.each([
    ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1'],
    ['https://openrouter.ai/api/v1/', 'https://openrouter.ai/api/v1'],
    ['https://openrouter.ai/api/v1///', 'https://openrouter.ai/api/v1'],
    ['  https://openrouter.ai/api/v1 ', 'https://openrouter.ai/api/v1'],
    ['HTTPS://OpenRouter.AI/api/v1', 'https://openrouter.ai/api/v1'],
    ['https://eu.openrouter.ai/api/v1', 'https://eu.openrouter.ai/api/v1'],
    ['http://127.0.0.1:4010/api/v1', 'http://127.0.0.1:4010/api/v1'],
    ['http://127.9.8.7', 'http://127.9.8.7'],
    ['http://localhost:4010/', 'http://localhost:4010'],
    ['http://[::1]:4010/api/v1', 'http://[::1]:4010/api/v1'],
  ])('%s → %s', (text, url) => {
    expect(checkBaseUrl(text)).toBe(url);
  });
});

describe('where it may not go', () => {
  test.each([
    'http://openrouter.ai/api/v1',
    'https://openrouter.ai.evil.example.org/api/v1',
    'https://notopenrouter.ai/api/v1',
    'https://example.org/api/v1',
    'https://127.0.0.1/api/v1',
    'http://192.168.1.2/api/v1',
    'http://127.0.0.1.example.org/api/v1',
    'http://localhost.example.org/',
    'https://user@openrouter.ai/api/v1',
    'https://user:hunter2@openrouter.ai/api/v1',
    'https://openrouter.ai@evil.example.org/api/v1',
    'https://openrouter.ai/api/v1?x=1',
    'https://openrouter.ai/api/v1#x',
    'https://openrouter.ai/api/v1?',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'openrouter.ai/api/v1',
    '',
  ])('%s', (text) => {
    try {
      checkBaseUrl(text);
      expect.fail('was accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(CliError);
      expect(error).toMatchObject({ code: 'bad_base_url', exitCode: 2, hint: expect.any(String) });
      expect(String(error)).not.toContain('hunter2');
    }
  });
});
