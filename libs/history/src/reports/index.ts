export type { Crossing, Curve } from "./curve.ts";
export {
  curvesOf,
  type EventCurves,
  type EventReport,
  type EventReportInput,
  eventReport,
} from "./event-report.ts";
export { type Criterion, spanText, type Verdict } from "./judge.ts";
export { type MonthReport, type MonthReportInput, monthReport } from "./month-report.ts";
export { type ProductName, productNames, productOf, products } from "./products.ts";
export { eventCsv, eventHtml } from "./render-event.ts";
export { monthCsv, monthHtml } from "./render-month.ts";
export type { Response } from "./response.ts";
export { slopePerS } from "./slope.ts";
