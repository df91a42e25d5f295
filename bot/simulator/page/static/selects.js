// The choosing elements: options of the app's own, people, channels, or what the app suggests.

import { valueOf } from "./forms.js";
import { face } from "./icons.js";
import { plainText } from "./mrkdwn.js";
import { picker } from "./picker.js";
import { fieldId, settle } from "./reporting.js";
import { act, server } from "./state.js";

const ofSlack = (option) => ({
  value: option.value,
  label: plainText(option.text),
  description: option.description && plainText(option.description),
  raw: option,
});

const groupsOfSlack = ({ options, option_groups: groups }) =>
  groups
    ? groups.map(
      (group) => ({ label: plainText(group.label), options: group.options.map(ofSlack) }),
    )
    : [{ options: (options ?? []).map(ofSlack) }];

const personOption = (id) => {
  const person = server.people[id];
  return {
    value: id,
    label: person?.display ?? id,
    description: person && person.real !== person.display ? person.real : undefined,
    picture: person && face(person, 24),
  };
};

const roomOption = (id) => {
  const room = server.rooms.find((each) => each.id === id);
  return { value: id, label: room ? (room.kind === "channel" ? `#${room.name}` : room.name) : id };
};

function sortOf(type) {
  const bare = type.replace("multi_", "");
  const many = type.startsWith("multi_");
  const plain = (one, several, option, ids) => ({
    many,
    held: (value) => (many ? (value[several] ?? []) : [value[one]].filter(Boolean)).map(option),
    write: (chosen) => ({
      type,
      ...(
        many ? { [several]: chosen.map((each) => each.value) } : { [one]: chosen[0]?.value ?? null }
      ),
    }),
    groups: () => [{ options: ids().map(option) }],
  });
  if (bare === "users_select") {
    const active = () => Object.values(server.people).filter((each) => !each.deleted).map((each) => each.id);
    return plain("selected_user", "selected_users", personOption, active);
  }
  if (bare === "channels_select" || bare === "conversations_select") {
    const word = bare === "channels_select" ? "channel" : "conversation";
    const open = () =>
      server.rooms
        .filter(
          (room) => !room.archived && (
            word === "conversation" || (room.kind === "channel" && !room.private)
          ),
        )
        .map((room) => room.id);
    return plain(`selected_${word}`, `selected_${word}s`, roomOption, open);
  }
  return {
    many,
    held: (value) => (
      many ? (value.selected_options ?? []) : [value.selected_option].filter(Boolean)
    ).map(ofSlack),
    write: (chosen) => ({
      type,
      ...(many
        ? { selected_options: chosen.map((each) => each.raw) }
        : { selected_option: chosen[0]?.raw ?? null }),
    }),
    groups: null,
  };
}

/** Draw any kind of select. */
export function select(item, where) {
  const { surface, block } = where;
  const sort = sortOf(item.type);
  const outside = item.type.endsWith("external_select");
  return picker({
    key: `${block.block_id}|${item.action_id}`,
    id: fieldId(where, item),
    name: item.action_id,
    label: where.label || plainText(item.placeholder) || "Choose",
    labelledBy: where.labelId,
    describedBy: where.describedBy,
    invalid: where.invalid,
    placeholder: plainText(item.placeholder) || (sort.many ? "Choose some" : "Choose one"),
    chosen: sort.held(valueOf(surface, block, item)),
    groups: outside ? [] : (sort.groups?.() ?? groupsOfSlack(item)),
    many: sort.many,
    most: item.max_selected_items,
    clearable: block.type === "input" && block.optional,
    fewest: item.min_query_length ?? (outside ? 3 : 0),
    load: outside
      ? async (query) => {
          const answer = await act("options", {
            ...surface.address, block_id: block.block_id, action_id: item.action_id, query,
          });
          return answer.ok ? groupsOfSlack(answer) : [];
        }
      : null,
    choose: (chosen) => settle(where, item, sort.write(chosen)),
  });
}
