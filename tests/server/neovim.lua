-- What a user of Neovim does: opens a copy that has drifted, looks at the diagnostics, and has the copy fixed.
-- What is seen goes into the file that COPYCHECK_RECORD names; COPYCHECK_SERVER is the command of the server.

local record = assert(io.open(os.getenv("COPYCHECK_RECORD"), "w"))
local function say(...)
  record:write(string.format(...), "\n")
  record:flush()
end

local function diagnostics()
  local found = vim.diagnostic.get(0)
  table.sort(found, function(a, b) return a.lnum < b.lnum end)
  return found
end

local function wait_until(happened)
  if not vim.wait(60000, happened, 20) then
    say("nothing happened")
    vim.cmd("cquit")
  end
end

local id = vim.lsp.start_client({
  name = "copycheck",
  cmd = vim.fn.json_decode(os.getenv("COPYCHECK_SERVER")),
  root_dir = vim.fn.getcwd(),
})
vim.lsp.buf_attach_client(0, id)
wait_until(function() return #diagnostics() > 0 end)
for _, found in ipairs(diagnostics()) do
  say("line %d: %s %s", found.lnum + 1, found.code, found.message)
end

local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = {} }
local function ask(method, question)
  return vim.lsp.buf_request_sync(0, method, question, 60000)[id].result
end
for _, action in ipairs(ask("textDocument/codeAction", params)) do
  if action.title:find("^Fix this copy") then
    say("action: %s", action.title)
    local edit = action.edit or ask("codeAction/resolve", action).edit
    vim.lsp.util.apply_workspace_edit(edit, vim.lsp.get_client_by_id(id).offset_encoding)
  end
end
for _, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
  say("| %s", line)
end
wait_until(function() return #diagnostics() == 0 end)
say("no diagnostics, modified: %s", tostring(vim.bo.modified))
vim.lsp.stop_client(id)
vim.cmd("qall!")
