import { testDocument } from './document.ts';

testDocument('docs/how-it-decides.md');
