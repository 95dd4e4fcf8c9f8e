import { testDocument } from './document.ts';

testDocument('docs/worktrees.md');
