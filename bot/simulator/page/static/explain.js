// What a line of the traffic means, in words for whoever writes the bot: what went wrong, why Slack
// does so, and what to look at.

const REFUSALS = {
  missing_scope: (_, answer) =>
    `The app's manifest lacks the scope ${answer.needed ?? ""}. It has: ${answer.provided ?? "none"}.`,
  not_in_channel: "The bot is not a member there. It must join, or be invited, before it posts.",
  channel_not_found: "There is no such channel, or it is private and the bot is not in it.",
  is_archived: "The channel is archived: it can be read, not written to.",
  already_archived: "Somebody archived it before. Usually nothing is left to do.",
  name_taken: "Another channel has that name, perhaps an archived one: archived channels keep theirs.",
  invalid_name: "Names are lower-case letters, digits, - and _, at most 80 characters.",
  expired_trigger_id: "A trigger lives three seconds: open the view before anything that takes time.",
  exchanged_trigger_id: "A trigger opens one view only, and this one was used.",
  invalid_trigger_id: "This trigger was never given out.",
  hash_conflict: "The view was changed meanwhile. Fetch or rebuild it, and update with its new hash.",
  view_not_found: "The view is closed, or its id is wrong.",
  not_authed: "No token came along. It belongs in the Authorization header.",
  invalid_auth: "The token is not one of this workspace.",
  not_allowed_token_type: "This method takes the other kind of token: xapp- for sockets, xoxb- for all else.",
  unknown_method: "Slack has no method of that name.",
  already_reacted: "The bot had set that reaction before. Usually nothing is left to do.",
  no_reaction: "There was no such reaction to take back.",
  already_pinned: "It is pinned. Usually nothing is left to do.",
  message_not_found: "There is no message with that timestamp in that channel. Timestamps are texts, not numbers.",
  cant_update_message: "A bot changes its own messages only.",
  cant_delete_message: "A bot deletes its own messages only.",
  msg_too_long: "A text may have 4,000 characters when it is changed.",
  no_text: "A message needs a text, blocks or attachments.",
  user_not_found: "There is nobody with that id.",
  users_not_found: "Nobody has that address.",
  already_in_channel: "They are in it. Usually nothing is left to do.",
  cant_invite_self: "A bot cannot invite itself: it joins.",
  restricted_action: "The workspace does not allow that.",
};

const ENDS = {
  unreachable:
    "Nobody was there to take it: no socket of the app was open, or its address refused the connection. An event is tried again.",
  failed: "The app answered, but not with a 2xx. Look at its log at this time. An event is tried again.",
  lost: "A fault on order: it was never sent, and Slack would not know.",
};

const SECRET =
  "The app's address refused it with 401 or 403. Nearly always its signing secret is not the SLACK_SIGNING_SECRET that the simulator printed.";

/** One or more sentences; empty when there is nothing to say. */
export function explain(entry, deadline = 3) {
  if (entry.kind === "note") return [entry.text];
  return entry.kind === "call" ? ofCall(entry) : ofDelivery(entry, deadline);
}

function ofCall(entry) {
  const said = [];
  if (entry.fault) said.push(`A fault on order struck this call: ${entry.fault}.`);
  if (entry.status === 0 && !entry.fault) said.push("No answer was sent yet.");
  if (entry.status === 429) {
    said.push("Too many calls. Slack says in Retry-After how many seconds to wait; calls meanwhile fail too.");
  } else if (entry.status >= 500) {
    said.push("Slack failed. It may or may not have done it: ask before you do it again.");
  }
  const answer = entry.response && !entry.response.cut ? entry.response : {};
  const known = REFUSALS[entry.error];
  if (known) said.push(typeof known === "function" ? known(entry, answer) : known);
  for (const words of answer.response_metadata?.messages ?? []) said.push(String(words));
  if (answer.warning) said.push(`Slack warns: ${answer.warning}.`);
  return said;
}

function ofDelivery(entry, deadline) {
  const said = [];
  if (entry.fault) said.push(`A fault on order struck this delivery: ${entry.fault}.`);
  if (entry.status === "timeout") said.push(late(entry, deadline));
  else if (entry.status === "failed" && [401, 403].includes(entry.attempts.at(-1)?.http)) said.push(SECRET);
  else if (ENDS[entry.status]) said.push(ENDS[entry.status]);
  else if (entry.status === "acknowledged" && entry.ms > (deadline * 1000) / 2) {
    said.push(`Acknowledged after ${seconds(entry.ms)} of the ${deadline} s there are: acknowledge first, then work.`);
  }
  if (entry.attempts.length > 1) {
    const again = entry.attempts.filter((each) => each.number > 0).length;
    if (again) said.push(`Sent ${entry.attempts.length} times; the app must not do its work twice.`);
  }
  return said;
}

function late(entry, deadline) {
  const what = {
    slash_commands: "The person reads that the command failed with operation_timeout.",
    interactive: "The person reads that the app takes too long to respond.",
    events_api: "Slack sends it again, up to three times.",
  }[entry.type] ?? "";
  return `Not acknowledged within ${deadline} s. ${what} Acknowledge before doing anything that takes time.`;
}

/** A time as people read it. */
export function seconds(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
