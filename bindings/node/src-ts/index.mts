/** The same for `import`: one implementation in a process, whoever loads it how. */

export * from './index.js';
