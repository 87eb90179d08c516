# cmake -DOUTPUT=… -DVERSION=… -DHEADERS=list -P hash_headers.cmake: what program and modules must agree on, as a header.
set(hashes "")
foreach(header IN LISTS HEADERS)
  file(SHA256 ${header} hash)
  string(APPEND hashes ${hash})
endforeach()
string(SHA256 hash "${hashes}")
string(SUBSTRING ${hash} 0 16 hash)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define BITSWAP_MODULE_VERSION \"${VERSION}-${hash}\"\n")
