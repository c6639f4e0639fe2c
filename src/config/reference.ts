import { onvifCfg } from "./onvif-cfg.js";
import { rtspCfg } from "./rtsp-cfg.js";
import type { Member } from "./schema.js";

const INTRODUCTION = `# Configuration

<!-- Made from src/config by "npm run docs:config"; changes belong there. -->

Two files in the folder where the program starts (or the one named with \`-c\`) say what it does: \`onvif.cfg\` the camera
with its ONVIF services, \`rtsp.cfg\` the RTSP server behind it. They are XML files with the root tag \`<config>\`. Both have
to be there; \`config/\` has ready samples.

- Tags may come in any order. A missing or empty tag has its default. Blanks around a value do not count, except in passwords;
  for words, upper and lower case are the same.
- Of a tag that is given twice the first one counts, unless it is one of those that may repeat.
- Unknown tags are ignored with a warning. Wrong values are errors: all of them are listed with file, line and column, the
  program ends with status 78, and nothing is started. \`onvifrtspserver check\` does the same without starting anything.
- A file is UTF-8 unless its first line names another encoding, and at most 4 MiB long. \`&\` is written \`&amp;\` and \`<\`
  is written \`&lt;\`; there is no DOCTYPE.
- Ports below 1024 need special rights on Linux.
- The program never changes the two files. What clients change over ONVIF is kept in \`onvifrun.cfg\` beside them, soon after
  each change. While that file is there it is used in place of \`onvif.cfg\`. To take up an edited \`onvif.cfg\`, delete
  \`onvifrun.cfg\`, or start once with \`--defaults\`, which does that; what clients have changed is then lost.

"+" marks our additions to the grammar of the product manual. The last column says which part of the program takes a
change up.
`;

/** The reference page of both cfg files, as Markdown. */
export const configurationReference = (): string =>
  [INTRODUCTION, "## onvif.cfg\n", ...sections(onvifCfg), "## rtsp.cfg\n", ...sections(rtspCfg)].join("\n");

/** A table of the members of each group; a group that several others hold is described once. */
function sections(schema: Member): readonly string[] {
  const described = new Map<Member["members"], string>();
  const describe = (group: Member, title: string, inherited: Member["affects"]): readonly string[] => {
    const affects = group.affects.length > 0 ? group.affects : inherited;
    const heading = title === "" ? [] : [`### ${title}\n`, `${group.repeats ? "May repeat. " : ""}${group.doc}\n`];
    const earlier = described.get(group.members);
    if (earlier !== undefined) return [...heading, `Its tags are those of ${earlier}.\n`];
    described.set(group.members, title);
    const members = Object.values(group.members);
    return [
      ...heading,
      ...(members.length > 0 ? [table(members, affects)] : []),
      ...members
        .filter(({ holdsMembers }) => holdsMembers)
        .flatMap((inner) =>
          describe(inner, title === "" ? `\`<${inner.tag}>\`` : `${title} › \`<${inner.tag}>\``, affects),
        ),
    ];
  };
  return describe(schema, "", []);
}

function table(members: readonly Member[], inherited: Member["affects"]): string {
  const rows = members.map((member) => [
    `${named(member)}${member.addition ? " +" : ""}`,
    member.fallback === "" ? "" : `\`${member.fallback}\``,
    member.allowed,
    `${member.holdsMembers ? "See below." : member.doc}${member.repeats ? " May repeat." : ""}`,
    (member.affects.length > 0 ? member.affects : inherited).join(", "),
  ]);
  const lines = [["Tag", "Default", "Allowed", "Meaning", "Affects"], Array.from({ length: 5 }, () => "---"), ...rows];
  return `${lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n")}\n`;
}

function named({ place, tag }: Member): string {
  if (place === "attribute") return `attribute \`${tag}\``;
  return place === "text" ? "its text" : `\`<${tag}>\``;
}
