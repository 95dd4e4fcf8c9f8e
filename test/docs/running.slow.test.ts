import { testDocument } from './document.ts';

testDocument('docs/running.md');
