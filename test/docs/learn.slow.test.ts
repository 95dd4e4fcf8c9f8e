import { testDocument } from './document.ts';

testDocument('docs/learn.md');
