import { testDocument } from './document.ts';

testDocument('docs/commands.md');
