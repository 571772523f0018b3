/**
 * Words that no database, and no user, of Aurora MySQL 3 may be named: RDS refuses them (CreateDBCluster,
 * DatabaseName and MasterUsername: "can't be a word reserved by the database engine"). Only those that the settings'
 * own rules leave possible: of letters and digits.
 *
 * Source: MySQL 8.0 Reference Manual, "Keywords and Reserved Words", those marked with (R).
 */
const reserved = new Set(
  `accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade case
  change char character check collate column condition constraint continue convert create cross cube cursor database
  databases dec decimal declare default delayed delete desc describe deterministic distinct distinctrow div double drop
  dual each else elseif empty enclosed escaped except exists exit explain false fetch float float4 float8 for force
  foreign from fulltext function generated get grant group grouping groups having if ignore in index infile inner inout
  insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into is iterate join key keys kill lag
  lateral lead leading leave left like limit linear lines load localtime localtimestamp lock long longblob longtext loop
  match maxvalue mediumblob mediumint mediumtext middleint mod modifies natural not ntile null numeric of on optimize
  option optionally or order out outer outfile over partition precision primary procedure purge range rank read reads
  real recursive references regexp release rename repeat replace require resignal restrict return revoke right rlike row
  rows schema schemas select sensitive separator set show signal smallint spatial specific sql sqlexception sqlstate
  sqlwarning ssl starting stored system table terminated then tinyblob tinyint tinytext to trailing trigger true undo
  union unique unlock unsigned update usage use using values varbinary varchar varcharacter varying virtual when where
  while window with write xor zerofill`.split(/\s+/),
);

/** MySQL's own schemas. The other two, information_schema and performance_schema, have an underscore in their names. */
const system = new Set(["mysql", "sys"]);

/** Whether MySQL keeps a word for itself, in whatever letters it is written. */
export const isReservedWord = (word: string): boolean => reserved.has(word.toLowerCase());

/** Whether a database of this name is there in every MySQL, and not the user's. */
export const isSystemSchema = (word: string): boolean => system.has(word.toLowerCase());
