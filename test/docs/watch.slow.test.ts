import { testDocument } from './document.ts';

testDocument('docs/watch.md');
