import { testDocument } from './document.ts';

testDocument('docs/comparison.md');
