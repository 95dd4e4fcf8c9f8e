import { testDocument } from './document.ts';

testDocument('docs/agents.md');
