import { testDocument } from './document.ts';

testDocument('docs/choosing.md');
