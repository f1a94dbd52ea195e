import { RollcallError } from "../domain/errors.ts";
import { LARGEST_ID } from "../domain/model.ts";

/** @throws BAD_USER_INPUT unless it is a positive 32-bit integer in plain decimal */
export function parseId(field: string, value: string): number {
  const id = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : 0;
  if (id < 1 || id > LARGEST_ID)
    throw new RollcallError("BAD_USER_INPUT", `${field} must be a whole number from 1 to ${LARGEST_ID}.`, { field });
  return id;
}

/** @returns the UUID in lower case. @throws BAD_USER_INPUT unless it is one */
export function parseUuid(field: string, value: string): string {
  if (!/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value)) {
    throw new RollcallError("BAD_USER_INPUT", `${field} must be a UUID.`, { field });
  }
  return value.toLowerCase();
}
