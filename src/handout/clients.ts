import { API_URL } from './key-text.ts';

/** A program that people use their key with: what to type, or where to click. The key itself is in no snippet. */
export interface Client {
  /** for `--client` */
  id: string;
  title: string;
  /** the day on which this was last compared with the client's own documentation */
  checked: string;
  /** sentences */
  steps: readonly string[];
  /** of the snippet, for Markdown */
  language?: string;
  /** `user`: what to call requests with a key that a group shares; undefined for a key of one person */
  snippet?(model: string, user?: string): string;
}

const READS_ENV = 'Run it in the folder with the file .env.';

/** Settings of clients change every few months: whoever changes a line here checks the client's documentation and sets its date. */
export const CLIENTS: readonly Client[] = [
  {
    id: 'python',
    title: 'Python (OpenAI SDK)',
    checked: '2026-11-26',
    steps: ['Install it: pip install openai python-dotenv', READS_ENV],
    language: 'python',
    snippet: (model, user) => `import os

from dotenv import load_dotenv
from openai import OpenAI

load_dotenv()
client = OpenAI(base_url="${API_URL}", api_key=os.environ["OPENROUTER_API_KEY"])
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Say hello in one sentence."}],${line(user, (name) => `    user="${name}",`)}
)
print(answer.choices[0].message.content)`,
  },
  {
    id: 'js',
    title: 'JavaScript (OpenAI SDK)',
    checked: '2026-11-26',
    steps: ['Install it: npm install openai', 'Save this as hello.mjs, then run: node --env-file=.env hello.mjs'],
    language: 'js',
    snippet: (model, user) => `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${API_URL}', apiKey: process.env.OPENROUTER_API_KEY });
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Say hello in one sentence.' }],${line(user, (name) => `  user: '${name}',`)}
});
console.log(answer.choices[0].message.content);`,
  },
  {
    id: 'curl',
    title: 'curl (Linux, macOS)',
    checked: '2026-11-26',
    steps: ['Type this in the folder with the file .env.'],
    language: 'sh',
    snippet: (model, user) => `set -a; . ./.env; set +a
curl ${API_URL}/chat/completions \\
  -H "Authorization: Bearer $OPENROUTER_API_KEY" -H "Content-Type: application/json" \\
  -d '{"model": "${model}", ${user === undefined ? '' : `"user": "${user}", `}"messages": [{"role": "user", "content": "Say hello in one sentence."}]}'`,
  },
  {
    id: 'litellm',
    title: 'LiteLLM',
    checked: '2026-11-26',
    steps: ['Install it: pip install litellm python-dotenv', READS_ENV],
    language: 'python',
    snippet: (model, user) => `from dotenv import load_dotenv
from litellm import completion

load_dotenv()
answer = completion(
    model="openrouter/${model}",
    messages=[{"role": "user", "content": "Say hello in one sentence."}],${line(user, (name) => `    user="${name}",`)}
)
print(answer.choices[0].message.content)`,
  },
  {
    id: 'aider',
    title: 'aider',
    checked: '2026-11-26',
    steps: ['aider reads the file .env in the folder where it starts.'],
    language: 'sh',
    snippet: (model) => `aider --model openrouter/${model}`,
  },
  {
    id: 'opencode',
    title: 'opencode',
    checked: '2026-11-26',
    steps: [
      'Start opencode, type /connect, choose OpenRouter and paste the key. opencode keeps it in your home folder.',
    ],
  },
  {
    id: 'cursor',
    title: 'Cursor',
    checked: '2026-11-26',
    steps: [
      'Open Cursor Settings, Models. Paste the key as the OpenAI API key.',
      `Turn on "Override OpenAI Base URL" and type: ${API_URL}/cursor`,
    ],
  },
  {
    id: 'continue',
    title: 'Continue',
    checked: '2026-11-26',
    steps: ['Add this to config.yaml. Continue reads the key from its file .env: copy yours to ~/.continue/.env'],
    language: 'yaml',
    snippet: (model) => `models:
  - name: OpenRouter
    provider: openrouter
    model: ${model}
    apiBase: ${API_URL}
    apiKey: \${{ secrets.OPENROUTER_API_KEY }}`,
  },
  {
    id: 'cline',
    title: 'Cline',
    checked: '2026-11-26',
    steps: ['Open its settings, choose the provider OpenRouter and paste the key. Cline keeps it in the secret store.'],
  },
  {
    id: 'vscode',
    title: 'Visual Studio Code (chat)',
    checked: '2026-11-26',
    steps: [
      'Run the command "Chat: Manage Language Models", choose OpenRouter and paste the key in the window that asks for it.',
      'Never write the key into settings.json.',
    ],
  },
  {
    id: 'jupyter',
    title: 'Jupyter',
    checked: '2026-11-26',
    steps: ['Put the file .env beside the notebook. Never type the key into a cell: notebooks are shared.'],
    language: 'python',
    snippet: () => `%pip install --quiet openai python-dotenv

from dotenv import load_dotenv

load_dotenv()  # the key is now in os.environ["OPENROUTER_API_KEY"]`,
  },
  {
    id: 'colab',
    title: 'Google Colab',
    checked: '2026-11-26',
    steps: [
      'Click the key symbol on the left, add a secret named OPENROUTER_API_KEY, paste the key and allow this notebook to read it.',
    ],
    language: 'python',
    snippet: (model, user) => `from google.colab import userdata
from openai import OpenAI

client = OpenAI(base_url="${API_URL}", api_key=userdata.get("OPENROUTER_API_KEY"))
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Say hello in one sentence."}],${line(user, (name) => `    user="${name}",`)}
)
print(answer.choices[0].message.content)`,
  },
];

/** A line more where requests have a user. */
function line(user: string | undefined, text: (user: string) => string): string {
  return user === undefined ? '' : `\n${text(user)}`;
}

export const USUAL_CLIENTS: readonly string[] = ['python', 'js', 'curl'];
