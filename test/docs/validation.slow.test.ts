import { testDocument } from './document.ts';

testDocument('docs/validation.md');
