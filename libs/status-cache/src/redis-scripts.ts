/**
 * What runs inside Redis. Both work on one share of the fleet at a time, so that other clients get
 * their turn between two shares, and take the time from Redis: one clock decides what has expired.
 */
const nowMs = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * KEYS: the share's index, then one hash a miner. ARGV: expiry in ms, texts per miner, then for each
 * miner its id and its fields. The hash goes first: when memory is full that is refused, and
 * the miner's older reading stays as it was.
 */
export const writeShareScript = `${nowMs}
local expiryMs, textCount = tonumber(ARGV[1]), tonumber(ARGV[2])
local position = 3
for index = 2, #KEYS do
  redis.call('HSET', KEYS[index], unpack(ARGV, position + 1, position + textCount))
  redis.call('PEXPIRE', KEYS[index], expiryMs)
  redis.call('ZADD', KEYS[1], nowMs + expiryMs, ARGV[position])
  position = position + 1 + textCount
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', nowMs)
redis.call('PEXPIRE', KEYS[1], expiryMs)
`;

/**
 * KEYS: the share's index. ARGV: what a miner's key starts with, how many miners at most. Gives one
 * JSON object a miner: a reply of ten thousand texts costs the reader far less than one of
 * four hundred thousand. Field values are JSON already. A key that is no hash gives a text that is no
 * JSON, so that the reader counts it.
 */
export const readShareScript = `${nowMs}
local minerIds = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. nowMs, '+inf', 'LIMIT', 0, ARGV[2])
local readings = {}
for _, minerId in ipairs(minerIds) do
  local fields = redis.pcall('HGETALL', ARGV[1] .. minerId)
  local members = {}
  if fields.err then members[1] = '"no hash"' end
  for index = 1, #fields, 2 do
    members[#members + 1] = '"' .. fields[index] .. '":' .. fields[index + 1]
  end
  if #members > 0 then readings[#readings + 1] = '{' .. table.concat(members, ',') .. '}' end
end
return readings
`;
