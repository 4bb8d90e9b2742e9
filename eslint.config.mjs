import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const CUCUMBER_MESSAGES = [
  {
    from: 'package',
    package: '@cucumber/messages',
    name: [
      'Envelope',
      'FeatureChild',
      'RuleChild',
      'TestCase',
      'TestCaseStarted',
      'TestCaseFinished',
      'TestStepFinished',
      'Examples',
      'TableRow',
    ],
  },
];

export default defineConfig(
  globalIgnores(['.cache/', 'reports/out/', 'reports/testdata/']),
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Each `??` and `?.` counts as a branch.
      complexity: ['error', 20],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "TemplateLiteral > CallExpression[callee.property.name='toString'][arguments.0.value=16]",
          message: 'hex() of engine/bytes.ts makes 0x…',
        },
        {
          selector: "CallExpression[callee.property.name='toString'][arguments.0.value='hex']",
          message: 'hexDigits() of engine/bytes.ts does that',
        },
        {
          selector: "NewExpression[callee.name='DataView']",
          message: 'engine/bytes.ts reads and writes single words, engine/abi/fields.ts structures',
        },
        {
          selector: 'Literal[value=/^\\.(livepatch\\.|bug_frames\\.|ex_table$|altinstr|modinfo$|note\\.gnu)[\\w.-]*$/]',
          message: 'engine/abi/sections.ts has the names of sections',
        },
      ],
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-statements': ['error', 40],
      'no-param-reassign': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `row['state']`: the key of a table is no property.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // Cucumber declares its messages as classes, and they are plain objects, from JSON.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': ['error', { allow: CUCUMBER_MESSAGES }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Numbers and addresses read well in a sentence.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => list.push(x)` says enough.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // Where these facts are kept; and the loader's memory, which has one view for all its numbers.
    files: ['engine/bytes.ts', 'engine/abi/{fields,sections}.ts', 'engine/reference/livepatch/load/place.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // What would be a class elsewhere is a function here, around its state and its many small functions.
    files: ['engine/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 160, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'checks/browser.ts'],
    rules: {
      // A suite of tests is one function.
      'max-lines-per-function': 'off',
      // A test writes down what it expects.
      'no-restricted-syntax': 'off',
      // node:test keeps the promises of its own tests.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
      // An assertion is made for what it throws.
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
);
