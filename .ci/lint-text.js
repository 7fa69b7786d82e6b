// Lints texts that are in no file: [{ path, text }] as JSON on standard input, the messages of each on standard output.
// Rules that need types are left out: they need a file that the project knows.
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

const WANTED = /^(layers\/|max-lines$|no-restricted-|no-console$)/;

const eslint = new ESLint({
  cwd: new URL('..', import.meta.url).pathname,
  overrideConfigFile: '.ci/eslint.config.js',
  overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => WANTED.test(ruleId),
});

const snippets = JSON.parse(await text(process.stdin));
const verdicts = [];
for (const snippet of snippets) {
  const [result] = await eslint.lintText(snippet.text, { filePath: snippet.path });
  verdicts.push(result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
}
process.stdout.write(JSON.stringify(verdicts));
