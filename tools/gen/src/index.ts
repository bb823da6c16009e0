export { isWrittenByAll, readersOf, shortAddress, writersInWords } from "./bus-map.ts";
export { documents } from "./documents.ts";
export { type Field, fieldsOf, type JsonSchema, jsonSchemaOf, unitInWords } from "./fields.ts";
export { type ServiceFacts, services } from "./services.ts";
export { maximumAge } from "./topics-page.ts";
