/** One parameter of a cluster parameter group family, as `DescribeDBClusterParameters` knows it. */
export type ParameterSpec = {
  name: string;
  /** `dynamic` may be applied at once, `static` needs `pending-reboot`. */
  apply: "dynamic" | "static";
  type: "boolean" | "integer" | "string" | "list";
  /** What AWS answers as AllowedValues; values outside it are refused. Absent: anything. */
  allowed?: string;
  /** The engine's own value; absent where AWS reports none. */
  value?: string;
  modifiable: boolean;
};

const boolean = "0,1";
const charset = "utf8,utf8mb4,latin1,ascii,binary";

/**
 * Parameters with settings of their own. Source: Aurora User Guide, "Aurora MySQL configuration parameters" and
 * "Using advanced auditing"; the types of `server_audit_events` and `log_output` from DescribeDBClusterParameters.
 */
const described: ParameterSpec[] = [
  { name: "server_audit_logging", apply: "dynamic", type: "boolean", allowed: boolean, value: "0", modifiable: true },
  {
    name: "server_audit_events",
    apply: "dynamic",
    type: "list",
    allowed: "CONNECT,QUERY,QUERY_DCL,QUERY_DDL,QUERY_DML,TABLE",
    modifiable: true,
  },
  { name: "server_audit_excl_users", apply: "dynamic", type: "string", modifiable: true },
  { name: "server_audit_incl_users", apply: "dynamic", type: "string", modifiable: true },
  {
    name: "server_audit_logs_upload",
    apply: "dynamic",
    type: "boolean",
    allowed: boolean,
    value: "0",
    modifiable: true,
  },
  { name: "general_log", apply: "dynamic", type: "boolean", allowed: boolean, modifiable: true },
  { name: "slow_query_log", apply: "dynamic", type: "boolean", allowed: boolean, modifiable: true },
  { name: "log_output", apply: "dynamic", type: "string", allowed: "TABLE,FILE,NONE", value: "FILE", modifiable: true },
  { name: "long_query_time", apply: "dynamic", type: "string", modifiable: true },
  {
    name: "log_queries_not_using_indexes",
    apply: "dynamic",
    type: "boolean",
    allowed: boolean,
    modifiable: true,
  },
  {
    name: "require_secure_transport",
    apply: "dynamic",
    type: "string",
    allowed: "ON,OFF,0,1",
    value: "OFF",
    modifiable: true,
  },
  { name: "tls_version", apply: "static", type: "list", allowed: "TLSv1.2,TLSv1.3", modifiable: true },
  { name: "time_zone", apply: "dynamic", type: "string", value: "UTC", modifiable: true },
  {
    name: "binlog_format",
    apply: "static",
    type: "string",
    allowed: "ROW,STATEMENT,MIXED,OFF",
    value: "OFF",
    modifiable: true,
  },
  { name: "character_set_server", apply: "dynamic", type: "string", allowed: charset, modifiable: true },
  { name: "character_set_database", apply: "dynamic", type: "string", allowed: charset, modifiable: true },
  { name: "lower_case_table_names", apply: "static", type: "integer", allowed: "0,1", value: "0", modifiable: true },
  { name: "max_connections", apply: "dynamic", type: "integer", allowed: "1-16000", modifiable: true },
  { name: "innodb_page_size", apply: "static", type: "integer", allowed: "16384", modifiable: false },
  { name: "innodb_data_home_dir", apply: "static", type: "string", modifiable: false },
  { name: "server_id", apply: "static", type: "integer", modifiable: false },
  { name: "default_storage_engine", apply: "static", type: "string", value: "InnoDB", modifiable: false },
];

/** The rest, so that a group has more than one page of parameters, as on AWS. All of them plain and dynamic here. */
const plain = `activate_all_roles_on_login aurora_binlog_read_buffer_size aurora_disable_hash_join
  aurora_enable_repl_bin_log_filtering aurora_enable_staggered_replica_restart aurora_load_from_s3_role
  aurora_mask_password_hashes_type aurora_parallel_query aurora_replica_read_consistency aurora_select_into_s3_role
  authentication_kerberos_caseins_cmp auto_increment_increment auto_increment_offset autocommit
  aws_default_lambda_role aws_default_s3_role binlog_cache_size binlog_checksum binlog_group_commit_sync_delay
  binlog_max_flush_queue_time binlog_order_commits binlog_row_image binlog_row_metadata binlog_row_value_options
  binlog_rows_query_log_events binlog_stmt_cache_size binlog_transaction_compression bulk_insert_buffer_size
  character_set_client character_set_connection character_set_filesystem character_set_results collation_connection
  collation_server completion_type connect_timeout cte_max_recursion_depth default_tmp_storage_engine default_week_format
  delay_key_write div_precision_increment end_markers_in_json enforce_gtid_consistency eq_range_index_dive_limit
  event_scheduler explicit_defaults_for_timestamp flush_time ft_boolean_syntax group_concat_max_len
  gtid-mode host_cache_size information_schema_stats_expiry init_connect innodb_adaptive_hash_index
  innodb_autoinc_lock_mode innodb_cmp_per_index_enabled innodb_commit_concurrency innodb_deadlock_detect
  innodb_default_row_format innodb_file_per_table innodb_flush_log_at_trx_commit innodb_ft_enable_stopword
  innodb_ft_max_token_size innodb_ft_min_token_size innodb_lock_wait_timeout innodb_monitor_enable
  innodb_online_alter_log_max_size innodb_optimize_fulltext_only innodb_print_all_deadlocks innodb_purge_batch_size
  innodb_purge_threads innodb_rollback_on_timeout innodb_sort_buffer_size innodb_spin_wait_delay innodb_stats_auto_recalc
  innodb_strict_mode innodb_sync_array_size innodb_sync_spin_loops innodb_table_locks interactive_timeout
  internal_tmp_mem_storage_engine join_buffer_size key_buffer_size lc_time_names local_infile lock_wait_timeout
  log_bin_trust_function_creators log_error_suppression_list low_priority_updates max_allowed_packet max_connect_errors
  max_delayed_threads max_error_count max_execution_time max_heap_table_size max_join_size max_length_for_sort_data
  max_prepared_stmt_count max_seeks_for_key max_sort_length max_sp_recursion_depth max_user_connections
  min_examined_row_limit net_buffer_length net_read_timeout net_retry_count net_write_timeout optimizer_search_depth
  partial_revokes performance_schema preload_buffer_size range_alloc_block_size read_buffer_size read_only
  replica_parallel_type replica_preserve_commit_order sort_buffer_size table_open_cache tmp_table_size wait_timeout`
  .split(/\s+/)
  .map((name): ParameterSpec => ({ name, apply: "dynamic", type: "string", modifiable: true }));

const auroraMysql = [...described, ...plain].sort((a, b) => (a.name < b.name ? -1 : 1));

/** The parameter group families of this cloud and the cluster parameters of each. */
export const families: ReadonlyMap<string, readonly ParameterSpec[]> = new Map([
  ["aurora-mysql8.0", auroraMysql],
  ["aurora-mysql8.4", auroraMysql],
  ["aurora-mysql5.7", auroraMysql.filter((p) => p.name !== "activate_all_roles_on_login")],
  [
    "aurora-postgresql16",
    [{ name: "rds.force_ssl", apply: "dynamic", type: "boolean", allowed: "0,1", value: "1", modifiable: true }],
  ],
]);

/** Whether `value` is one that the parameter's AllowedValues permit: a list, a range, or a set of words. */
export function allows(spec: ParameterSpec, value: string): boolean {
  if (spec.allowed === undefined) return true;
  const range = /^(\d+)-(\d+)$/.exec(spec.allowed);
  if (range) return /^\d+$/.test(value) && Number(value) >= Number(range[1]) && Number(value) <= Number(range[2]);
  const words = spec.allowed.split(",");
  return spec.type === "list" ? value.split(",").every((word) => words.includes(word)) : words.includes(value);
}
