import { testDocument } from './document.ts';

testDocument('docs/remote-execution.md');
