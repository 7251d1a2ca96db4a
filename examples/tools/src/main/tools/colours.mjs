// A tool in JavaScript for Node: lines of JSON on standard input and output, see docs/tools-in-other-languages.md.
import { createInterface } from 'node:readline';

const tools = [
  {
    name: 'mix_colours',
    description: 'Mixes two colours such as #ff8800, half and half',
    parameters: {
      type: 'object',
      properties: { one: { type: 'string', pattern: '^#[0-9a-f]{6}$' }, other: { type: 'string', pattern: '^#[0-9a-f]{6}$' } },
      required: ['one', 'other'],
    },
    traits: ['read_only', 'idempotent'],
    timeout_seconds: 20,
  },
];

const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

function mix({ one, other }) {
  const second = parts(other);
  return '#' + parts(one).map((part, i) => Math.floor((part + second[i]) / 2).toString(16).padStart(2, '0')).join('');
}

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.type === 'hello') {
    say({ type: 'tools', tools });
  } else if (message.type === 'call') {
    say({ type: 'progress', id: message.id, message: 'mixing' });
    say({ type: 'result', id: message.id, text: mix(message.arguments) });
  }
}
