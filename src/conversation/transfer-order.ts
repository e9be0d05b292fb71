/** A transfer as a bot asks for it (specification §6.2 `vgwActTransfer`, §9.6). */

export interface NamedHeader {
  readonly name: string;
  readonly value: string;
}

/** What is left out is taken from the state variables of the call (`CallVariables`), then from the defaults. */
export interface TransferOrder {
  /** `refer`: the peer is asked to call the target. `hang-up`: the BYE names the target. */
  readonly method: 'refer' | 'hang-up';
  /** The gateway calls the target first, and asks the peer to take its place there once it has answered (RFC 5589 §7). */
  readonly isAttended?: true;
  /** A sip:, sips: or tel: URI, as spelled; it is checked where it is used. */
  readonly target?: string;
  /** Added to the REFER or the BYE; at most 20. */
  readonly headers?: readonly NamedHeader[];
  /** The header of the BYE that names the target. */
  readonly targetHeader?: string;
  /** User-to-user information and where it stands; on a BYE it always has its own header. */
  readonly userToUser?: { readonly value: string; readonly place: 'user-to-user' | 'contact' | 'refer-to' };
  /** Statuses of the REFER or of the target, 300 to 699, that count as success. */
  readonly acceptedCodes: readonly number[];
}
