/**
 * flatend-gateway: HTTP in front of a mesh of flatend nodes. Most people want the command of the same name.
 * @packageDocumentation
 */
export { ConfigurationError, loadConfiguration } from "./config/load.ts";
export { type Settings, settingsOf } from "./config/settings.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./gateway.ts";
