import { type FaultDetails, StatewireError } from '../errors.ts';

/**
 * Why something cannot be read.
 *
 * - `notEncoded`: the text is not of the form `xx$…` or `xx_…`, or holds letters that the alphabet does not have
 * - `wrongPrefix`: the text is of another kind than what is expected here, or of none that is known
 * - `wrongChecksum`: the text was damaged on its way
 * - `wrongLength`: too long for anything, or not as long as its kind is
 * - `notCanonical`: bytes that no encoder makes: there is one spelling of everything
 * - `unknownTag`, `unknownVersion`: an object that is no transaction of a channel, or a version of one that is not known
 * - `wrongFields`: another number of fields than any known form of this transaction has
 * - `wrongField`: a field that is not what the form says
 */
export type UndecodableCode =
  | 'notEncoded'
  | 'wrongPrefix'
  | 'wrongChecksum'
  | 'wrongLength'
  | 'notCanonical'
  | 'unknownTag'
  | 'unknownVersion'
  | 'wrongFields'
  | 'wrongField';

/**
 * A text or bytes cannot be read as what they are given out for. Whoever gave them is at fault, which only the caller knows. It is the one error
 * that reading throws, whatever is read.
 */
export class Undecodable extends StatewireError {
  declare readonly code: UndecodableCode;

  constructor(code: UndecodableCode, message: string, details: Omit<FaultDetails, 'code'> = {}) {
    super(message, { ...details, code });
  }
}
