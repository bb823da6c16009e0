export type { Crossing, Curve } from "./reports/curve.ts";
export {
  curvesOf,
  type EventCurves,
  type EventReport,
  type EventReportInput,
  eventReport,
} from "./reports/event-report.ts";
export { type Criterion, spanText, type Verdict } from "./reports/judge.ts";
export { type MonthReport, type MonthReportInput, monthReport } from "./reports/month-report.ts";
export { type ProductName, productNames, productOf, products } from "./reports/products.ts";
export { eventCsv, eventHtml } from "./reports/render-event.ts";
export { monthCsv, monthHtml } from "./reports/render-month.ts";
export type { Response } from "./reports/response.ts";
export { slopePerS } from "./reports/slope.ts";
export { durationText, instantText } from "./reports/text.ts";
