import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import deleteTable from 'dynalite/actions/deleteTable.js';
import describeTable from 'dynalite/actions/describeTable.js';
import describeTimeToLive from 'dynalite/actions/describeTimeToLive.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import listTagsOfResource from 'dynalite/actions/listTagsOfResource.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import tagResource from 'dynalite/actions/tagResource.js';
import untagResource from 'dynalite/actions/untagResource.js';
import updateItem from 'dynalite/actions/updateItem.js';
import updateTable from 'dynalite/actions/updateTable.js';
import { create, type Store } from 'dynalite/db/index.js';
import * as batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import * as batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import * as createTableRules from 'dynalite/validations/createTable.js';
import * as deleteItemRules from 'dynalite/validations/deleteItem.js';
import * as deleteTableRules from 'dynalite/validations/deleteTable.js';
import * as describeTableRules from 'dynalite/validations/describeTable.js';
import * as describeTimeToLiveRules from 'dynalite/validations/describeTimeToLive.js';
import * as getItemRules from 'dynalite/validations/getItem.js';
import { checkTypes, checkValidations } from 'dynalite/validations/index.js';
import * as listTablesRules from 'dynalite/validations/listTables.js';
import * as listTagsOfResourceRules from 'dynalite/validations/listTagsOfResource.js';
import * as putItemRules from 'dynalite/validations/putItem.js';
import * as queryRules from 'dynalite/validations/query.js';
import * as scanRules from 'dynalite/validations/scan.js';
import * as tagResourceRules from 'dynalite/validations/tagResource.js';
import * as untagResourceRules from 'dynalite/validations/untagResource.js';
import * as updateItemRules from 'dynalite/validations/updateItem.js';
import * as updateTableRules from 'dynalite/validations/updateTable.js';

import { isRecord } from '../json/is-record.ts';

/** An answer of DynamoDB: the status of HTTP, and the body as JSON. */
export interface Answer {
  readonly statusCode: number;
  readonly body: object;
}

interface Operation {
  readonly act: typeof putItem;
  readonly rules: typeof putItemRules;
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['BatchGetItem', { act: batchGetItem, rules: batchGetItemRules }],
  ['BatchWriteItem', { act: batchWriteItem, rules: batchWriteItemRules }],
  ['CreateTable', { act: createTable, rules: createTableRules }],
  ['DeleteItem', { act: deleteItem, rules: deleteItemRules }],
  ['DeleteTable', { act: deleteTable, rules: deleteTableRules }],
  ['DescribeTable', { act: describeTable, rules: describeTableRules }],
  ['DescribeTimeToLive', { act: describeTimeToLive, rules: describeTimeToLiveRules }],
  ['GetItem', { act: getItem, rules: getItemRules }],
  ['ListTables', { act: listTables, rules: listTablesRules }],
  ['ListTagsOfResource', { act: listTagsOfResource, rules: listTagsOfResourceRules }],
  ['PutItem', { act: putItem, rules: putItemRules }],
  ['Query', { act: query, rules: queryRules }],
  ['Scan', { act: scan, rules: scanRules }],
  ['TagResource', { act: tagResource, rules: tagResourceRules }],
  ['UntagResource', { act: untagResource, rules: untagResourceRules }],
  ['UpdateItem', { act: updateItem, rules: updateItemRules }],
  ['UpdateTable', { act: updateTable, rules: updateTableRules }],
]);

const UNKNOWN: Answer = { statusCode: 400, body: { __type: 'com.amazon.coral.service#UnknownOperationException' } };

/** Opens a store of tables in a folder, which is created if it is missing. Rejects if it cannot be opened. */
export async function openStore(path: string): Promise<Store> {
  const store = create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await store.db.open();
  return store;
}

/** Answers a request of DynamoDB; a refusal is an answer too. Rejects if the store fails. */
export async function perform(store: Store, name: string, request: unknown): Promise<Answer> {
  const operation = OPERATIONS.get(name);
  if (!operation) return UNKNOWN;
  const { act, rules } = operation;
  try {
    const checked = checkTypes(request, rules.types);
    checkValidations(checked, rules.types, rules.custom, store);
    return { statusCode: 200, body: await acted(act, store, checked) };
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function acted(act: Operation['act'], store: Store, request: unknown): Promise<object> {
  return new Promise((resolve, reject) => {
    act(store, request, (error, answer = {}) => (error ? reject(error) : resolve(answer)));
  });
}

function isRefusal(error: unknown): error is Answer {
  return isRecord(error) && 'statusCode' in error && 'body' in error;
}
